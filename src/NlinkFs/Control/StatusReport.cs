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
}

/// <summary>Who reads the files, and why.</summary>
/// <param name="Name">passthrough or proxy.</param>
/// <param name="Reason">For people.</param>
internal sealed record DataPathStatus(string Name, string Reason);

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
