namespace NlinkFs.Linux;

/// <summary>One time of struct statx.</summary>
public struct StatxTimestamp
{
    /// <summary>Seconds since 1970, negative before.</summary>
    public long Seconds;

    /// <summary>Nanoseconds, 0 to 999,999,999.</summary>
    public uint Nanoseconds;

    /// <summary>Padding.</summary>
    public int Reserved;
}

/// <summary>struct statx (linux/stat.h): 256 bytes, the same on every architecture, which struct stat is not.</summary>
public struct StatxBuffer
{
    /// <summary>Which fields the file system filled in.</summary>
    public StatxMask Mask;

    /// <summary>Preferred block size for I/O.</summary>
    public uint BlockSize;

    /// <summary>STATX_ATTR_* bits.</summary>
    public ulong Attributes;

    /// <summary>Number of hard links; 0 is what this project is about.</summary>
    public uint Nlink;

    /// <summary>Owner.</summary>
    public uint Uid;

    /// <summary>Group.</summary>
    public uint Gid;

    /// <summary>File type and permission bits.</summary>
    public ushort Mode;

    /// <summary>Padding.</summary>
    public ushort Spare0;

    /// <summary>Inode number as the source reports it.</summary>
    public ulong Ino;

    /// <summary>Size in bytes.</summary>
    public ulong Size;

    /// <summary>Blocks of 512 bytes.</summary>
    public ulong Blocks;

    /// <summary>Which bits of <see cref="Attributes"/> mean something.</summary>
    public ulong AttributesMask;

    /// <summary>Last access.</summary>
    public StatxTimestamp Atime;

    /// <summary>Birth, when <see cref="StatxMask.Btime"/> is set in <see cref="Mask"/>.</summary>
    public StatxTimestamp Btime;

    /// <summary>Last change of the inode.</summary>
    public StatxTimestamp Ctime;

    /// <summary>Last change of the content.</summary>
    public StatxTimestamp Mtime;

    /// <summary>Device number of a device node, major.</summary>
    public uint RdevMajor;

    /// <summary>Device number of a device node, minor.</summary>
    public uint RdevMinor;

    /// <summary>Device of the file system, major.</summary>
    public uint DevMajor;

    /// <summary>Device of the file system, minor.</summary>
    public uint DevMinor;

    /// <summary>Mount id (kernel 5.8).</summary>
    public ulong MountId;

    private ulong _spare0, _spare1, _spare2, _spare3, _spare4, _spare5, _spare6, _spare7, _spare8, _spare9, _spare10, _spare11, _spare12;

    /// <summary>The device of the file system as one number, for comparing.</summary>
    public readonly ulong Dev => ((ulong)DevMajor << 32) | DevMinor;

    /// <summary>The type bits of the mode (S_IFMT).</summary>
    public readonly FileType Type => (FileType)(Mode >> 12);
}

/// <summary>STATX_* mask bits.</summary>
[Flags]
public enum StatxMask : uint
{
    /// <summary>Nothing asked for.</summary>
    None = 0,

    /// <summary>All that struct stat has.</summary>
    BasicStats = 0x7ff,

    /// <summary>Birth time.</summary>
    Btime = 0x800,

    /// <summary>Mount id (kernel 5.8).</summary>
    MountId = 0x1000,

    /// <summary>What a FUSE file system's kernel side answers from its cache.</summary>
    WithoutBirth = BasicStats | MountId,

    /// <summary>With the birth time, which a FUSE file system that knows STATX is asked for each time (fuse_update_get_attr).</summary>
    Full = WithoutBirth | Btime,
}

/// <summary>The type nibble that S_IFMT, d_type (DT_*) and FUSE directory entries share.</summary>
public enum FileType : byte
{
    /// <summary>DT_UNKNOWN.</summary>
    Unknown = 0,

    /// <summary>Named pipe.</summary>
    Fifo = 1,

    /// <summary>Character device.</summary>
    CharDevice = 2,

    /// <summary>Directory.</summary>
    Directory = 4,

    /// <summary>Block device.</summary>
    BlockDevice = 6,

    /// <summary>Regular file.</summary>
    Regular = 8,

    /// <summary>Symbolic link.</summary>
    Symlink = 10,

    /// <summary>Socket.</summary>
    Socket = 12,
}
