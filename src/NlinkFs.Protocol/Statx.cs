namespace NlinkFs.Protocol;

/// <summary>fuse_sx_time (7.39); as in statx(2).</summary>
public struct StatxTime
{
    /// <summary>Seconds since 1970.</summary>
    public long Seconds;

    /// <summary>0 to 999,999,999.</summary>
    public uint Nanoseconds;

    /// <summary>Padding.</summary>
    public int Reserved;
}

/// <summary>fuse_statx (7.39); bit for bit struct statx.</summary>
public struct Statx
{
    /// <summary>STATX_* bits that are filled in.</summary>
    public uint Mask;

    /// <summary>Preferred size of an I/O.</summary>
    public uint BlockSize;

    /// <summary>STATX_ATTR_* bits.</summary>
    public ulong Attributes;

    /// <summary>Hard links.</summary>
    public uint Nlink;

    /// <summary>Owner.</summary>
    public uint Uid;

    /// <summary>Group.</summary>
    public uint Gid;

    /// <summary>Type and permissions.</summary>
    public ushort Mode;

    /// <summary>Padding.</summary>
    public ushort Spare0;

    /// <summary>Inode number.</summary>
    public ulong Ino;

    /// <summary>Bytes.</summary>
    public ulong Size;

    /// <summary>Blocks of 512 bytes.</summary>
    public ulong Blocks;

    /// <summary>Which attribute bits mean something.</summary>
    public ulong AttributesMask;

    /// <summary>Last access.</summary>
    public StatxTime Atime;

    /// <summary>Birth.</summary>
    public StatxTime Btime;

    /// <summary>Last change of the inode.</summary>
    public StatxTime Ctime;

    /// <summary>Last change of the content.</summary>
    public StatxTime Mtime;

    /// <summary>Device number, major.</summary>
    public uint RdevMajor;

    /// <summary>Device number, minor.</summary>
    public uint RdevMinor;

    /// <summary>Ignored by the kernel.</summary>
    public uint DevMajor;

    /// <summary>Ignored by the kernel.</summary>
    public uint DevMinor;

    /// <summary>Padding.</summary>
    public UInt64x14 Spare2;
}

/// <summary>fuse_statx_in (7.39).</summary>
public struct StatxIn
{
    /// <summary>Whether <see cref="Fh"/> counts.</summary>
    public GetAttrFlags Flags;

    /// <summary>Padding.</summary>
    public uint Reserved;

    /// <summary>An open handle.</summary>
    public FileHandleId Fh;

    /// <summary>AT_STATX_* flags.</summary>
    public uint StatxFlags;

    /// <summary>STATX_* bits wanted.</summary>
    public uint StatxMask;
}

/// <summary>fuse_statx_out (7.39).</summary>
public struct StatxOut
{
    /// <summary>How long the attributes may be kept, seconds.</summary>
    public ulong AttrValid;

    /// <summary>And nanoseconds.</summary>
    public uint AttrValidNsec;

    /// <summary>Unused.</summary>
    public uint Flags;

    /// <summary>Padding.</summary>
    public UInt64x2 Spare;

    /// <summary>The attributes.</summary>
    public Statx Stat;
}
