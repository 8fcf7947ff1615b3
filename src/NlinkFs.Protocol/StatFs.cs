namespace NlinkFs.Protocol;

/// <summary>fuse_kstatfs.</summary>
public struct KStatFs
{
    /// <summary>Total, in fragments.</summary>
    public ulong Blocks;

    /// <summary>Free, in fragments.</summary>
    public ulong BlocksFree;

    /// <summary>Free for users, in fragments.</summary>
    public ulong BlocksAvailable;

    /// <summary>Inodes.</summary>
    public ulong Files;

    /// <summary>Free inodes.</summary>
    public ulong FilesFree;

    /// <summary>Preferred transfer size, bytes.</summary>
    public uint BlockSize;

    /// <summary>Longest name.</summary>
    public uint NameLength;

    /// <summary>Unit of the counts, bytes.</summary>
    public uint FragmentSize;

    /// <summary>Padding.</summary>
    public uint Padding;

    /// <summary>Padding.</summary>
    public UInt32x6 Spare;
}

/// <summary>fuse_statfs_out.</summary>
public struct StatFsOut
{
    /// <summary>The numbers.</summary>
    public KStatFs Stat;
}
