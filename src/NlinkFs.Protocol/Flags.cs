namespace NlinkFs.Protocol;

/// <summary>FOPEN_* flags of the answer to OPEN.</summary>
[Flags]
public enum OpenOutFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Bypass the page cache.</summary>
    DirectIo = 1 << 0,

    /// <summary>Keep the cached pages on open.</summary>
    KeepCache = 1 << 1,

    /// <summary>No seeking.</summary>
    NonSeekable = 1 << 2,

    /// <summary>The listing may be cached.</summary>
    CacheDir = 1 << 3,

    /// <summary>No file position.</summary>
    Stream = 1 << 4,

    /// <summary>No FLUSH on close.</summary>
    NoFlush = 1 << 5,

    /// <summary>Several direct writes at once (7.38).</summary>
    ParallelDirectWrites = 1 << 6,

    /// <summary>The kernel reads the backing file (7.40).</summary>
    Passthrough = 1 << 7,
}

/// <summary>FUSE_OPEN_* flags of OPEN.</summary>
[Flags]
public enum OpenInFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Clear suid and sgid (7.33).</summary>
    KillSuidGid = 1 << 0,
}

/// <summary>FUSE_RELEASE_* flags.</summary>
[Flags]
public enum ReleaseFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Do what FLUSH does as well.</summary>
    Flush = 1 << 0,

    /// <summary>Drop flock(2) locks.</summary>
    FlockUnlock = 1 << 1,
}

/// <summary>FUSE_GETATTR_* flags.</summary>
[Flags]
public enum GetAttrFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The handle counts.</summary>
    Fh = 1 << 0,
}

/// <summary>FUSE_READ_* flags.</summary>
[Flags]
public enum ReadFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The lock owner counts.</summary>
    LockOwner = 1 << 1,
}

/// <summary>FUSE_WRITE_* flags.</summary>
[Flags]
public enum WriteFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Delayed write from the page cache; the handle is a guess.</summary>
    Cache = 1 << 0,

    /// <summary>The lock owner counts.</summary>
    LockOwner = 1 << 1,

    /// <summary>Clear suid and sgid.</summary>
    KillSuidGid = 1 << 2,
}

/// <summary>FUSE_LK_* flags.</summary>
[Flags]
public enum LkFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A flock(2) lock.</summary>
    Flock = 1 << 0,
}

/// <summary>FUSE_FSYNC_* flags.</summary>
[Flags]
public enum FsyncFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Data only.</summary>
    FDataSync = 1 << 0,
}

/// <summary>FUSE_IOCTL_* flags.</summary>
[Flags]
public enum IoctlFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>32-bit caller on a 64-bit kernel.</summary>
    Compat = 1 << 0,

    /// <summary>Retry allowed.</summary>
    Unrestricted = 1 << 1,

    /// <summary>Ask again with these vectors.</summary>
    Retry = 1 << 2,

    /// <summary>32-bit ioctl.</summary>
    Is32Bit = 1 << 3,

    /// <summary>On a directory.</summary>
    Dir = 1 << 4,

    /// <summary>x32 caller.</summary>
    CompatX32 = 1 << 5,
}

/// <summary>FUSE_POLL_* flags.</summary>
[Flags]
public enum PollFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Send a wake-up when ready.</summary>
    ScheduleNotify = 1 << 0,
}

/// <summary>FUSE_ATTR_* flags.</summary>
[Flags]
public enum AttrFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Root of a submount (7.32).</summary>
    Submount = 1 << 0,

    /// <summary>Use DAX (7.36).</summary>
    Dax = 1 << 1,
}

/// <summary>FUSE_SETXATTR_* flags.</summary>
[Flags]
public enum SetXattrFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Clear sgid with the ACL (7.33).</summary>
    AclKillSgid = 1 << 0,
}

/// <summary>Flags of an entry invalidation.</summary>
[Flags]
public enum InvalEntryFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Expire, do not drop (7.38).</summary>
    ExpireOnly = 1 << 0,
}

/// <summary>FATTR_* bits.</summary>
[Flags]
public enum SetAttrValid : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Set the mode.</summary>
    Mode = 1 << 0,

    /// <summary>Set the owner.</summary>
    Uid = 1 << 1,

    /// <summary>Set the group.</summary>
    Gid = 1 << 2,

    /// <summary>Truncate.</summary>
    Size = 1 << 3,

    /// <summary>Set atime.</summary>
    Atime = 1 << 4,

    /// <summary>Set mtime.</summary>
    Mtime = 1 << 5,

    /// <summary>The handle counts.</summary>
    Fh = 1 << 6,

    /// <summary>Set atime to now.</summary>
    AtimeNow = 1 << 7,

    /// <summary>Set mtime to now.</summary>
    MtimeNow = 1 << 8,

    /// <summary>The lock owner counts.</summary>
    LockOwner = 1 << 9,

    /// <summary>Set ctime.</summary>
    Ctime = 1 << 10,

    /// <summary>Clear suid and sgid.</summary>
    KillSuidGid = 1 << 11,
}
