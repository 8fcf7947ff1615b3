namespace NlinkFs.Mirror;

/// <summary>
/// Reading ahead of one open file in a source that is slow to answer: the kernel keeps two requests in flight there, each as long as
/// the source's mount allows, usually 128 KiB. A hint for a wide range makes it send them all at once.
/// </summary>
internal struct ReadAhead
{
    /// <summary>A read that takes longer was not answered from memory, milliseconds.</summary>
    private const double SlowMilliseconds = 2;

    /// <summary>
    /// How far ahead, bytes: sixteen requests of 128 KiB. Many FUSE servers let the kernel keep twelve in flight, and it drops hints beyond
    /// (fuse_readahead).
    /// </summary>
    private const long Window = 2 << 20;

    /// <summary>How much has to have been read in a row first, bytes: whoever looks only at a file's head pays nothing.</summary>
    private const long Streak = 512 << 10;

    /// <summary>Requests of one reader overtake each other by up to this, bytes.</summary>
    private const long Disorder = 2 << 20;

    /// <summary>Reads that hints did not make faster before no more are given.</summary>
    private const int MaxMisses = 24;

    private long _from;
    private long _next;
    private long _hinted;
    private int _misses;
    private bool _slow;

    /// <summary>Notes a read that has ended.</summary>
    internal void Note(long offset, double milliseconds)
    {
        bool slow = milliseconds > SlowMilliseconds;
        _slow |= slow;
        if (offset < _hinted)
        {
            // A source that bypasses the page cache (FOPEN_DIRECT_IO) gains nothing from hints and would be read twice.
            _misses = slow ? _misses + 1 : 0;
        }
    }

    /// <summary>Notes a read that begins. True when a range is worth a hint.</summary>
    internal bool Plan(long offset, int size, out long start, out long length)
    {
        long end = offset + size;
        start = 0;
        length = 0;
        if (Math.Abs(offset - _next) > Disorder)
        {
            (_from, _next, _hinted) = (offset, end, 0);
            return false;
        }

        _next = Math.Max(_next, end);
        if (!_slow || _misses >= MaxMisses || _next - _from < Streak || _hinted - _next > Window - (256 << 10))
        {
            return false;
        }

        start = Math.Max(offset, _hinted);
        length = _next + Window - start;
        _hinted = start + length;
        return true;
    }
}
