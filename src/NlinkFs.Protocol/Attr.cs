namespace NlinkFs.Protocol;

/// <summary>fuse_attr; protocol 7.9 layout.</summary>
public struct Attr
{
    /// <summary>st_ino.</summary>
    public ulong Ino;

    /// <summary>Bytes.</summary>
    public ulong Size;

    /// <summary>Blocks of 512 bytes.</summary>
    public ulong Blocks;

    /// <summary>Seconds, signed in effect.</summary>
    public ulong Atime;

    /// <summary>Seconds, signed in effect.</summary>
    public ulong Mtime;

    /// <summary>Seconds, signed in effect.</summary>
    public ulong Ctime;

    /// <summary>Nanoseconds.</summary>
    public uint AtimeNsec;

    /// <summary>Nanoseconds.</summary>
    public uint MtimeNsec;

    /// <summary>Nanoseconds.</summary>
    public uint CtimeNsec;

    /// <summary>Type and permissions.</summary>
    public uint Mode;

    /// <summary>Hard links; never 0 in what this project sends, except for deleted files.</summary>
    public uint Nlink;

    /// <summary>Owner.</summary>
    public uint Uid;

    /// <summary>Group.</summary>
    public uint Gid;

    /// <summary>Device number, by new_encode_dev.</summary>
    public uint Rdev;

    /// <summary>st_blksize; the kernel takes its logarithm, so a power of two.</summary>
    public uint BlockSize;

    /// <summary>Submount, DAX (7.32).</summary>
    public AttrFlags Flags;
}

/// <summary>fuse_entry_out. Answers LOOKUP and what creates; with <see cref="NodeId"/> 0 a negative entry.</summary>
public struct EntryOut
{
    /// <summary>The node; its lookup count grows by one.</summary>
    public NodeId NodeId;

    /// <summary>Tells uses of one node id apart.</summary>
    public ulong Generation;

    /// <summary>How long the name may be kept, seconds.</summary>
    public ulong EntryValid;

    /// <summary>How long the attributes may be kept, seconds.</summary>
    public ulong AttrValid;

    /// <summary>And nanoseconds.</summary>
    public uint EntryValidNsec;

    /// <summary>And nanoseconds.</summary>
    public uint AttrValidNsec;

    /// <summary>The attributes.</summary>
    public Attr Attr;
}

/// <summary>fuse_attr_out. Answers GETATTR and SETATTR.</summary>
public struct AttrOut
{
    /// <summary>How long the attributes may be kept, seconds.</summary>
    public ulong AttrValid;

    /// <summary>And nanoseconds.</summary>
    public uint AttrValidNsec;

    /// <summary>Padding.</summary>
    public uint Dummy;

    /// <summary>The attributes.</summary>
    public Attr Attr;
}

/// <summary>fuse_getattr_in (7.9).</summary>
public struct GetAttrIn
{
    /// <summary>Whether <see cref="Fh"/> counts.</summary>
    public GetAttrFlags Flags;

    /// <summary>Padding.</summary>
    public uint Dummy;

    /// <summary>An open handle.</summary>
    public FileHandleId Fh;
}

/// <summary>fuse_setattr_in.</summary>
public struct SetAttrIn
{
    /// <summary>Which fields to set.</summary>
    public SetAttrValid Valid;

    /// <summary>Padding.</summary>
    public uint Padding;

    /// <summary>An open handle.</summary>
    public FileHandleId Fh;

    /// <summary>New size, bytes.</summary>
    public ulong Size;

    /// <summary>For truncation under mandatory locks.</summary>
    public ulong LockOwner;

    /// <summary>Seconds.</summary>
    public ulong Atime;

    /// <summary>Seconds.</summary>
    public ulong Mtime;

    /// <summary>Seconds.</summary>
    public ulong Ctime;

    /// <summary>Nanoseconds.</summary>
    public uint AtimeNsec;

    /// <summary>Nanoseconds.</summary>
    public uint MtimeNsec;

    /// <summary>Nanoseconds.</summary>
    public uint CtimeNsec;

    /// <summary>New mode.</summary>
    public uint Mode;

    /// <summary>Padding.</summary>
    public uint Unused4;

    /// <summary>New owner.</summary>
    public uint Uid;

    /// <summary>New group.</summary>
    public uint Gid;

    /// <summary>Padding.</summary>
    public uint Unused5;
}

/// <summary>fuse_access_in.</summary>
public struct AccessIn
{
    /// <summary>R_OK 4, W_OK 2, X_OK 1.</summary>
    public uint Mask;

    /// <summary>Padding.</summary>
    public uint Padding;
}
