using NlinkFs.Linux;

namespace NlinkFs.Server;

/// <summary>
/// Two pipes that carry one answer: the data goes into the first, so that its length is known; then the header and, by reference, the
/// data go into the second, and from there to /dev/fuse as one frame. Opened when first needed.
/// </summary>
internal sealed class SplicePipes : IDisposable
{
    /// <summary>Bytes, a slot for each page: room for the largest request and its header. Needs CAP_SYS_RESOURCE.</summary>
    private const int WantedSize = 2 << 20;

    /// <summary>What everybody may have (/proc/sys/fs/pipe-max-size): room for 255 pages of data.</summary>
    private const int UsualSize = 1 << 20;

    private Fd _dataOut = Fd.None;
    private Fd _dataIn = Fd.None;
    private Fd _frameOut = Fd.None;
    private Fd _frameIn = Fd.None;
    private int _slots = int.MaxValue;

    /// <summary>
    /// The largest request worth asking for, pages: two that are spliced take less than one that is copied. Where pipes are so small that
    /// it would have to be tiny, copying is better.
    /// </summary>
    internal static int LargestRequest()
    {
        const int Most = 256;
        if (Linux.Pipes.Open(out Fd readEnd, out Fd writeEnd).IsError)
        {
            return Most;
        }

        int slots = Enlarge(writeEnd) / NativeBuffer.PageSize;
        readEnd.Close();
        writeEnd.Close();
        return slots * NativeBuffer.PageSize == UsualSize ? Most / 2 : Most;
    }

    /// <summary>Whether the pages of a range fit, with one slot for the header: a pipe that fills up would block for ever.</summary>
    internal bool Holds(long offset, int size)
    {
        int pages = ((int)(offset % NativeBuffer.PageSize) + size + NativeBuffer.PageSize - 1) / NativeBuffer.PageSize;
        return pages < _slots && (_dataIn.IsOpen || Open()) && pages < _slots;
    }

    /// <summary>Moves a range of a file into the first pipe. Less than asked for means the end of the file, or an error behind it.</summary>
    internal Errno Fill(Fd file, long offset, int size, out int moved)
    {
        moved = 0;
        while (moved < size)
        {
            Errno error = Linux.Pipes.FromFile(file, offset + moved, _dataIn, size - moved, out int count);
            if (error == Errno.EINTR)
            {
                continue;
            }

            if (error.IsError || count == 0)
            {
                return error;
            }

            moved += count;
        }

        return Errno.None;
    }

    /// <summary>Sends header and data as one frame. After a failure the pipes are new and empty.</summary>
    internal Errno Send(Fd device, ReadOnlySpan<byte> header, int count)
    {
        Errno error = Files.Write(_frameIn, header, out _);
        int moved = 0;
        while (!error.IsError && moved < count)
        {
            error = Linux.Pipes.Move(_dataOut, _frameIn, count - moved, out int more);
            moved += more;
        }

        int sent = 0;
        if (!error.IsError)
        {
            error = Linux.Pipes.Move(_frameOut, device, header.Length + count, out sent);
        }

        if (sent != header.Length + count)
        {
            Dispose();
        }

        return error;
    }

    public void Dispose()
    {
        foreach (Fd fd in (ReadOnlySpan<Fd>)[_dataOut, _dataIn, _frameOut, _frameIn])
        {
            fd.Close();
        }

        (_dataOut, _dataIn, _frameOut, _frameIn) = (Fd.None, Fd.None, Fd.None, Fd.None);
    }

    private bool Open()
    {
        bool opened = !Linux.Pipes.Open(out _dataOut, out _dataIn).IsError && !Linux.Pipes.Open(out _frameOut, out _frameIn).IsError;
        _slots = opened ? Math.Min(Enlarge(_dataIn), Enlarge(_frameIn)) / NativeBuffer.PageSize : 0;
        if (!opened)
        {
            Dispose();
        }

        return opened;
    }

    private static int Enlarge(Fd pipe)
    {
        int size = Linux.Pipes.Resize(pipe, WantedSize);
        return size > 0 ? size : Linux.Pipes.Resize(pipe, UsualSize);
    }
}
