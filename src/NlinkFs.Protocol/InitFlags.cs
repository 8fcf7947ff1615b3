namespace NlinkFs.Protocol;

/// <summary>FUSE_* flags of INIT; bits from 32 up travel in the second flags field.</summary>
[Flags]
public enum InitFlags : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Several READs of one file at once.</summary>
    AsyncRead = 1UL << 0,

    /// <summary>POSIX locks are the server's.</summary>
    PosixLocks = 1UL << 1,

    /// <summary>Unused.</summary>
    FileOps = 1UL << 2,

    /// <summary>O_TRUNC reaches OPEN.</summary>
    AtomicOTrunc = 1UL << 3,

    /// <summary>LOOKUP of "." and ".." works at any time, for NFS.</summary>
    ExportSupport = 1UL << 4,

    /// <summary>WRITE larger than a page.</summary>
    BigWrites = 1UL << 5,

    /// <summary>The server applies the umask.</summary>
    DontMask = 1UL << 6,

    /// <summary>Informational.</summary>
    SpliceWrite = 1UL << 7,

    /// <summary>Informational.</summary>
    SpliceMove = 1UL << 8,

    /// <summary>Informational.</summary>
    SpliceRead = 1UL << 9,

    /// <summary>Flock(2) is the server's.</summary>
    FlockLocks = 1UL << 10,

    /// <summary>Ioctl on directories.</summary>
    HasIoctlDir = 1UL << 11,

    /// <summary>Changed times or size drop the cached pages.</summary>
    AutoInvalData = 1UL << 12,

    /// <summary>READDIRPLUS is used.</summary>
    DoReadDirPlus = 1UL << 13,

    /// <summary>READDIRPLUS only when attributes are asked for.</summary>
    ReadDirPlusAuto = 1UL << 14,

    /// <summary>Asynchronous direct I/O.</summary>
    AsyncDio = 1UL << 15,

    /// <summary>The kernel caches writes.</summary>
    WritebackCache = 1UL << 16,

    /// <summary>ENOSYS to OPEN means "no need to".</summary>
    NoOpenSupport = 1UL << 17,

    /// <summary>Several lookups and listings of one directory at once.</summary>
    ParallelDirops = 1UL << 18,

    /// <summary>The server clears suid and sgid.</summary>
    HandleKillpriv = 1UL << 19,

    /// <summary>POSIX ACLs.</summary>
    PosixAcl = 1UL << 20,

    /// <summary>Reading after an abort gives ECONNABORTED.</summary>
    AbortError = 1UL << 21,

    /// <summary>Max_pages in the answer counts.</summary>
    MaxPages = 1UL << 22,

    /// <summary>Targets of symlinks are cached.</summary>
    CacheSymlinks = 1UL << 23,

    /// <summary>ENOSYS to OPENDIR means "no need to".</summary>
    NoOpenDirSupport = 1UL << 24,

    /// <summary>Pages are dropped on notification only.</summary>
    ExplicitInvalData = 1UL << 25,

    /// <summary>Map_alignment in the answer counts.</summary>
    MapAlignment = 1UL << 26,

    /// <summary>Directories may be submounts (virtiofs).</summary>
    Submounts = 1UL << 27,

    /// <summary>The server clears suid and sgid as the VFS would.</summary>
    HandleKillprivV2 = 1UL << 28,

    /// <summary>The long form of SETXATTR.</summary>
    SetXattrExt = 1UL << 29,

    /// <summary>There is a second flags field.</summary>
    InitExt = 1UL << 30,

    /// <summary>Never used.</summary>
    InitReserved = 1UL << 31,

    /// <summary>Security contexts come with creating requests.</summary>
    SecurityCtx = 1UL << 32,

    /// <summary>DAX per inode.</summary>
    HasInodeDax = 1UL << 33,

    /// <summary>A supplementary group comes with creating requests.</summary>
    CreateSuppGroup = 1UL << 34,

    /// <summary>Entries can be expired without being dropped.</summary>
    HasExpireOnly = 1UL << 35,

    /// <summary>FOPEN_DIRECT_IO files can be mapped shared (7.39).</summary>
    DirectIoAllowMmap = 1UL << 36,

    /// <summary>The kernel reads backing files itself (7.40).</summary>
    Passthrough = 1UL << 37,

    /// <summary>File handles do not outlive the cache (7.40).</summary>
    NoExportSupport = 1UL << 38,

    /// <summary>Requests in flight can be sent again (7.40).</summary>
    HasResend = 1UL << 39,

    /// <summary>Idmapped mounts (7.41).</summary>
    AllowIdmap = 1UL << 40,

    /// <summary>Requests over io_uring (7.42).</summary>
    OverIoUring = 1UL << 41,

    /// <summary>Late requests abort the connection (7.43).</summary>
    RequestTimeout = 1UL << 42,
}
