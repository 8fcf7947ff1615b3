namespace NlinkFs.Mirror;

/// <summary>How a mirror presents its source. The defaults suit a read-only export by a file server.</summary>
public sealed record MirrorOptions
{
    /// <summary>Which link counts are rewritten.</summary>
    public NlinkMode Nlink { get; init; } = NlinkMode.Zero;

    /// <summary>What a rewritten directory reports: 2, or 1 ("unknown") for programs that stop looking for subdirectories at 2.</summary>
    public uint DirectoryNlink { get; init; } = 2;

    /// <summary>Where inode numbers come from.</summary>
    public InodeMode Inodes { get; init; } = InodeMode.Path;

    /// <summary>What becomes of times that move by themselves.</summary>
    public TimesMode Times { get; init; } = TimesMode.Stable;

    /// <summary>Whether block counts of 0 are worked out from the size.</summary>
    public bool ComputeBlocks { get; init; } = true;

    /// <summary>Whether zeros in statfs are replaced.</summary>
    public bool FixStatFs { get; init; } = true;

    /// <summary>Owner shown for everything, or null for the source's.</summary>
    public uint? ForceUser { get; init; }

    /// <summary>Group shown for everything, or null for the source's.</summary>
    public uint? ForceGroup { get; init; }

    /// <summary>Permission bits shown, or null for the source's.</summary>
    public Permissions? Permissions { get; init; }

    /// <summary>Whether extended attributes pass; otherwise they are answered ENOSYS once and never asked for again.</summary>
    public bool PassXattrs { get; init; }

    /// <summary>Who reads the source's files.</summary>
    public IoMode Io { get; init; } = IoMode.Auto;

    /// <summary>What has to be at the source's path before it counts as the source.</summary>
    public SourceExpectation Expectation { get; init; } = new();

    /// <summary>How long requests wait for a lost source.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether listings and attributes are told from memory while the source is away.</summary>
    public bool StaleListing { get; init; }

    /// <summary>After how long the FUSE connection of a stalled source is aborted; zero is never.</summary>
    public TimeSpan AbortStalled { get; init; }

    /// <summary>How long the kernel may keep a name.</summary>
    public TimeSpan EntryTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the kernel may keep attributes.</summary>
    public TimeSpan AttrTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the kernel may keep the absence of a name; zero keeps none.</summary>
    public TimeSpan NegativeTimeout { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>Which link counts are rewritten.</summary>
public enum NlinkMode
{
    /// <summary>Only zeros; true counts pass.</summary>
    Zero,

    /// <summary>All: 1 for files, the directory count for directories.</summary>
    Always,

    /// <summary>None.</summary>
    Off,
}

/// <summary>Where inode numbers come from.</summary>
public enum InodeMode
{
    /// <summary>A 64-bit hash of the path below the root; the same after a restart.</summary>
    Path,

    /// <summary>The source's own; hard links stay recognisable.</summary>
    Source,
}

/// <summary>What becomes of times that move by themselves.</summary>
public enum TimesMode
{
    /// <summary>A modification time that changes from one look to the next while the size stays is not believed; atime is mtime.</summary>
    Stable,

    /// <summary>All times pass as they are.</summary>
    Source,
}
