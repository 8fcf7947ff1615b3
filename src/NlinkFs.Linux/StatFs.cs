namespace NlinkFs.Linux;

/// <summary>struct statfs of 64-bit Linux (asm-generic/statfs.h), 120 bytes.</summary>
public struct StatFsBuffer
{
    /// <summary>Magic number of the file system type.</summary>
    public long Type;

    /// <summary>Preferred transfer size in bytes.</summary>
    public long BlockSize;

    /// <summary>Total blocks, in units of <see cref="FragmentSize"/>.</summary>
    public ulong Blocks;

    /// <summary>Free blocks.</summary>
    public ulong BlocksFree;

    /// <summary>Free blocks for unprivileged users.</summary>
    public ulong BlocksAvailable;

    /// <summary>Total inodes.</summary>
    public ulong Files;

    /// <summary>Free inodes.</summary>
    public ulong FilesFree;

    /// <summary>File system id.</summary>
    public ulong FileSystemId;

    /// <summary>Longest name.</summary>
    public long NameLength;

    /// <summary>Fragment size in bytes; 0 means <see cref="BlockSize"/>.</summary>
    public long FragmentSize;

    /// <summary>ST_* mount flags.</summary>
    public long Flags;

    private long _spare0, _spare1, _spare2, _spare3;
}
