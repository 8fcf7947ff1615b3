namespace NlinkFs.TestSource;

/// <summary>What the source gets wrong, and how slowly.</summary>
internal sealed record Behaviour
{
    internal LinkCounts Links { get; init; } = LinkCounts.Zero;

    internal Inodes Inodes { get; init; } = Inodes.Churn;

    /// <summary>Number 0 for the root, as go-fuse gives out.</summary>
    internal bool ZeroRootIno { get; init; } = true;

    /// <summary>Listings give other numbers than lookups.</summary>
    internal bool WrongListedInodes { get; init; }

    internal Clocks Clocks { get; init; } = Clocks.LookupTrue;

    /// <summary>No file has any blocks.</summary>
    internal bool ZeroBlocks { get; init; } = true;

    /// <summary>All zeros in statfs.</summary>
    internal bool ZeroStatFs { get; init; } = true;

    internal TimeSpan EntryTimeout { get; init; } = TimeSpan.FromSeconds(1);

    internal TimeSpan AttrTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Added to each operation.</summary>
    internal TimeSpan Latency { get; init; }

    /// <summary>Added to each READ besides.</summary>
    internal TimeSpan ReadLatency { get; init; }

    /// <summary>FOPEN_KEEP_CACHE: pages outlive an open, so that a source can be hot. Needs inode numbers and times that stay.</summary>
    internal bool KeepCache { get; init; }

    /// <summary>STATX is answered, with a birth time; otherwise the kernel is told not to ask again.</summary>
    internal bool Births { get; init; }

    /// <summary>Listings say DT_UNKNOWN.</summary>
    internal bool UnknownTypes { get; init; }

    internal Listings Listings { get; init; }

    internal Xattrs Xattrs { get; init; }

    /// <summary>Opening with O_DIRECT fails with EINVAL.</summary>
    internal bool RefusesDirect { get; init; }

    /// <summary>Changes the content of all files, and with it all times.</summary>
    internal ulong Seed { get; init; }
}

internal enum LinkCounts
{
    /// <summary>0 in every reply.</summary>
    Zero,

    /// <summary>0 in LOOKUP, true in GETATTR: what Decypharr did.</summary>
    LookupZero,

    /// <summary>True everywhere.</summary>
    True,
}

internal enum Clocks
{
    /// <summary>The true time in LOOKUP, now in GETATTR: what Decypharr does.</summary>
    LookupTrue,

    /// <summary>Now in every reply.</summary>
    Drift,

    /// <summary>True everywhere.</summary>
    Stable,
}

internal enum Inodes
{
    /// <summary>A new node id and inode number for each LOOKUP, as go-fuse gives out.</summary>
    Churn,

    /// <summary>One a path.</summary>
    Stable,

    /// <summary>As stable, but one and the same for all files.</summary>
    Shared,
}

internal enum Listings
{
    /// <summary>The same each time.</summary>
    Stable,

    /// <summary>Every other one is the other way round.</summary>
    Reordered,

    /// <summary>Every other one lacks the first entry.</summary>
    Lossy,

    /// <summary>The first entry comes once more at the end.</summary>
    Repeating,
}

internal enum Xattrs
{
    /// <summary>The kernel is told not to ask again.</summary>
    Unsupported,

    /// <summary>Supported, and there are none.</summary>
    None,

    /// <summary>Asking fails with EIO.</summary>
    Failing,
}
