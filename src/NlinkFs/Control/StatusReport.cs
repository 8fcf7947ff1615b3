namespace NlinkFs.Control;

/// <summary>
/// What a mirror's daemon says of itself: the answer to "status". Its JSON is a public interface: members are added, never renamed, and
/// a client of another version leaves out what it does not know. Paths are printable: bytes that are no text stand as \xNN. Members can
/// be set, not only initialised: the generated reader would put nulls into those that are missing.
/// </summary>
internal sealed record StatusReport
{
    /// <summary>Where the mirror is.</summary>
    public string MountPoint { get; set; } = "";

    /// <summary>What it mirrors.</summary>
    public string Source { get; set; } = "";

    /// <summary>The source's type in the mount table, such as fuse.rclone; empty while it is lost.</summary>
    public string SourceType { get; set; } = "";

    /// <summary>The daemon's version.</summary>
    public string Version { get; set; } = "";

    /// <summary>The daemon's process.</summary>
    public int Pid { get; set; }

    /// <summary>When the mirror was mounted.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>Seconds since then.</summary>
    public long UptimeSeconds { get; set; }

    /// <summary>Who reads the files.</summary>
    public DataPathStatus? DataPath { get; set; }

    /// <summary>How the source does.</summary>
    public SourceReport SourceState { get; set; } = new();

    /// <summary>Names the kernel remembers, the root included.</summary>
    public int Nodes { get; set; }

    /// <summary>Files open now.</summary>
    public int OpenFiles { get; set; }

    /// <summary>Threads that serve, those that wait for the source included.</summary>
    public int Workers { get; set; }

    /// <summary>The daemon's resident memory, bytes.</summary>
    public long ResidentBytes { get; set; }

    /// <summary>The FUSE protocol spoken, such as 7.45.</summary>
    public string Protocol { get; set; } = "";

    /// <summary>The times in force.</summary>
    public StatusTimes? Times { get; set; }

    /// <summary>Bytes of files that the daemon has read for the kernel; what the kernel reads itself (passthrough) is not counted.</summary>
    public long BytesRead { get; set; }

    /// <summary>The operations that the kernel has asked for.</summary>
    public IReadOnlyList<OperationReport>? Operations { get; set; }

    /// <summary>The errors answered, EIO and those that are everyday answers.</summary>
    public IReadOnlyList<ErrorReport>? Errors { get; set; }

    /// <summary>What was wrong with the source's attributes, and is told otherwise.</summary>
    public IReadOnlyList<CorrectionReport>? Corrections { get; set; }
}

/// <summary>Who reads the files, and why.</summary>
/// <param name="Name">passthrough or proxy.</param>
/// <param name="Reason">For people.</param>
internal sealed record DataPathStatus(string Name, string Reason);

/// <summary>How often an operation was asked for, and how long it took. A request counts when it is over.</summary>
/// <param name="Name">As in the FUSE protocol, in small letters.</param>
/// <param name="Count">Requests.</param>
/// <param name="P50Seconds">Half of them took less; off by a half at worst, as is the next.</param>
/// <param name="P99Seconds">99 of 100 took less.</param>
internal sealed record OperationReport(string Name, long Count, double P50Seconds, double P99Seconds);

/// <summary>How often an errno was answered.</summary>
/// <param name="Errno">Its symbol.</param>
/// <param name="Count">Answers.</param>
internal sealed record ErrorReport(string Errno, long Count);

/// <summary>How often something was corrected.</summary>
/// <param name="Kind">link_count, inode, time, blocks or statfs.</param>
/// <param name="Count">Answers that held such a thing, or entries of a listing.</param>
internal sealed record CorrectionReport(string Kind, long Count);

/// <summary>Times that options set, in seconds.</summary>
/// <param name="EntryTimeoutSeconds">How long the kernel may keep a name.</param>
/// <param name="AttrTimeoutSeconds">How long it may keep attributes.</param>
/// <param name="NegativeTimeoutSeconds">How long it may keep the absence of a name.</param>
/// <param name="GraceSeconds">How long requests wait for a lost source.</param>
/// <param name="ReadDeadlineSeconds">How long a read may take in the source; 0 for ever.</param>
/// <param name="CallDeadlineSeconds">How long any other call may; 0 for ever.</param>
internal sealed record StatusTimes(
    double EntryTimeoutSeconds,
    double AttrTimeoutSeconds,
    double NegativeTimeoutSeconds,
    double GraceSeconds,
    double ReadDeadlineSeconds,
    double CallDeadlineSeconds);
