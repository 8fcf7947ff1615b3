namespace NlinkFs.Control;

/// <summary>
/// What a mirror's daemon says of itself: the answer to "status". Its JSON is a public interface: members are added, never renamed, and
/// a client of another version leaves out what it does not know. Paths are printable: bytes that are no text stand as \xNN.
/// </summary>
internal sealed record StatusReport
{
    /// <summary>Where the mirror is.</summary>
    public string MountPoint { get; init; } = "";

    /// <summary>What it mirrors.</summary>
    public string Source { get; init; } = "";

    /// <summary>The source's type in the mount table, such as fuse.rclone.</summary>
    public string SourceType { get; init; } = "";

    /// <summary>The daemon's version.</summary>
    public string Version { get; init; } = "";

    /// <summary>The daemon's process.</summary>
    public int Pid { get; init; }

    /// <summary>When the mirror was mounted.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Seconds since then.</summary>
    public long UptimeSeconds { get; init; }

    /// <summary>Who reads the files.</summary>
    public DataPathStatus? DataPath { get; init; }

    /// <summary>How the source does.</summary>
    public SourceStatus SourceState { get; init; } = new();

    /// <summary>Names the kernel remembers, the root included.</summary>
    public int Nodes { get; init; }

    /// <summary>Files open now.</summary>
    public int OpenFiles { get; init; }

    /// <summary>Threads that serve, those that wait for the source included.</summary>
    public int Workers { get; init; }

    /// <summary>The daemon's resident memory, bytes.</summary>
    public long ResidentBytes { get; init; }

    /// <summary>The FUSE protocol spoken, such as 7.45.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>The times in force.</summary>
    public StatusTimes? Times { get; init; }
}

/// <summary>Who reads the files, and why.</summary>
/// <param name="Name">passthrough or proxy.</param>
/// <param name="Reason">For people.</param>
internal sealed record DataPathStatus(string Name, string Reason);

/// <summary>Times that options set, in seconds.</summary>
/// <param name="EntryTimeoutSeconds">How long the kernel may keep a name.</param>
/// <param name="AttrTimeoutSeconds">How long it may keep attributes.</param>
/// <param name="NegativeTimeoutSeconds">How long it may keep the absence of a name.</param>
internal sealed record StatusTimes(double EntryTimeoutSeconds, double AttrTimeoutSeconds, double NegativeTimeoutSeconds);
