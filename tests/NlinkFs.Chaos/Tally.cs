namespace NlinkFs.Chaos;

/// <summary>What must not happen.</summary>
public enum Finding
{
    /// <summary>An open that failed.</summary>
    FailedOpen,

    /// <summary>A read that failed, of a file that was the same all the time.</summary>
    FailedRead,

    /// <summary>Bytes that are not the file's, or a file that ends early.</summary>
    WrongBytes,

    /// <summary>ENOENT, or a listing that lacks names or has others.</summary>
    WrongListing,

    /// <summary>Another error of a listing or a stat.</summary>
    OtherError,

    /// <summary>A size or a link count that nothing served in that time has.</summary>
    WrongAttributes,

    /// <summary>A plain umount of the source that was refused.</summary>
    FailedUnmount,

    /// <summary>A source that lives on after its umount.</summary>
    LateExit,

    /// <summary>A mirror that came to its end by itself.</summary>
    MirrorEnded,

    /// <summary>A client that did not come back from its last call.</summary>
    Hang,
}

/// <summary>What has been counted so far, by all clients.</summary>
internal sealed class Tally(Timeline timeline)
{
    private const int KeptEach = 10;
    private static readonly TimeSpan s_longStall = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Finding, int> _counts = []; // guarded by _lock
    private readonly List<string> _notes = []; // guarded by _lock
    private readonly List<string> _stalls = []; // guarded by _lock
    private long _bytes;
    private long _opens;
    private long _refused;
    private long _listings;
    private long _stats;
    private int _lossesSurvived;

    internal long Bytes => Interlocked.Read(ref _bytes);

    internal long Opens => Interlocked.Read(ref _opens);

    /// <summary>Reads that failed as they may: the file had been replaced.</summary>
    internal long Refused => Interlocked.Read(ref _refused);

    internal long Listings => Interlocked.Read(ref _listings);

    internal long Stats => Interlocked.Read(ref _stats);

    /// <summary>The most losses of the source that one open file lived through.</summary>
    internal int LossesSurvived => Volatile.Read(ref _lossesSurvived);

    /// <summary>The longest a call took beyond the source's own absence.</summary>
    internal TimeSpan LongestStall { get; private set; }

    /// <summary>The findings, as far as they were kept.</summary>
    internal IReadOnlyList<string> Notes
    {
        get
        {
            lock (_lock)
            {
                return [.. _notes];
            }
        }
    }

    /// <summary>The stalls that are worth a line.</summary>
    internal IReadOnlyList<string> Stalls
    {
        get
        {
            lock (_lock)
            {
                return [.. _stalls];
            }
        }
    }

    internal int this[Finding finding]
    {
        get
        {
            lock (_lock)
            {
                return _counts.GetValueOrDefault(finding);
            }
        }
    }

    internal int Findings
    {
        get
        {
            lock (_lock)
            {
                return _counts.Values.Sum();
            }
        }
    }

    internal void AddBytes(int count) => Interlocked.Add(ref _bytes, count);

    internal void AddOpen() => Interlocked.Increment(ref _opens);

    internal void AddRefusal() => Interlocked.Increment(ref _refused);

    internal void AddListing() => Interlocked.Increment(ref _listings);

    internal void AddStat() => Interlocked.Increment(ref _stats);

    /// <summary>Notes what must not happen.</summary>
    internal void Add(Finding finding, string what)
    {
        lock (_lock)
        {
            int count = _counts[finding] = _counts.GetValueOrDefault(finding) + 1;
            if (count <= KeptEach)
            {
                TimeSpan now = timeline.Now;
                _notes.Add(FormattableString.Invariant($"{now.TotalSeconds,7:0.00} s  {finding}: {what} ({timeline.Context(now)})"));
            }
        }
    }

    /// <summary>Notes how long a call took that began at a time and has just ended.</summary>
    internal void AddCall(TimeSpan start, string call)
    {
        TimeSpan now = timeline.Now;
        if (now - start < LongestStall && now - start < s_longStall)
        {
            return;
        }

        TimeSpan stall = now - start - timeline.AbsenceWithin(start, now);
        lock (_lock)
        {
            LongestStall = stall > LongestStall ? stall : LongestStall;
            if (stall > s_longStall && _stalls.Count < KeptEach)
            {
                _stalls.Add(FormattableString.Invariant(
                    $"{now.TotalSeconds,7:0.00} s  {call}: {(now - start).TotalSeconds:0.00} s, of which {stall.TotalSeconds:0.00} s the source was there ({timeline.Context(now)})"));
            }
        }
    }

    /// <summary>Notes through how many losses an open file has lived.</summary>
    internal void AddSurvival(int losses)
    {
        lock (_lock)
        {
            _lossesSurvived = Math.Max(_lossesSurvived, losses);
        }
    }
}
