namespace NlinkFs.Protocol;

/// <summary>enum fuse_opcode; all that protocol 7.45 knows.</summary>
public enum FuseOpcode : uint
{
    /// <summary>Find a name.</summary>
    Lookup = 1,

    /// <summary>Take lookups back; not answered.</summary>
    Forget = 2,

    /// <summary>Attributes.</summary>
    GetAttr = 3,

    /// <summary>Change attributes.</summary>
    SetAttr = 4,

    /// <summary>Target of a symlink.</summary>
    ReadLink = 5,

    /// <summary>Make a symlink.</summary>
    Symlink = 6,

    /// <summary>Make a node.</summary>
    MkNod = 8,

    /// <summary>Make a directory.</summary>
    MkDir = 9,

    /// <summary>Remove a name.</summary>
    Unlink = 10,

    /// <summary>Remove a directory.</summary>
    RmDir = 11,

    /// <summary>Rename.</summary>
    Rename = 12,

    /// <summary>Make a hard link.</summary>
    Link = 13,

    /// <summary>Open a file.</summary>
    Open = 14,

    /// <summary>Read.</summary>
    Read = 15,

    /// <summary>Write.</summary>
    Write = 16,

    /// <summary>Numbers of the file system.</summary>
    StatFs = 17,

    /// <summary>Last close of a file.</summary>
    Release = 18,

    /// <summary>Sync a file.</summary>
    Fsync = 20,

    /// <summary>Set an extended attribute.</summary>
    SetXattr = 21,

    /// <summary>Get an extended attribute.</summary>
    GetXattr = 22,

    /// <summary>List extended attributes.</summary>
    ListXattr = 23,

    /// <summary>Remove an extended attribute.</summary>
    RemoveXattr = 24,

    /// <summary>Close(2) of a descriptor.</summary>
    Flush = 25,

    /// <summary>First request of a session.</summary>
    Init = 26,

    /// <summary>Open a directory.</summary>
    OpenDir = 27,

    /// <summary>List a directory.</summary>
    ReadDir = 28,

    /// <summary>Last close of a directory.</summary>
    ReleaseDir = 29,

    /// <summary>Sync a directory.</summary>
    FsyncDir = 30,

    /// <summary>Test a lock.</summary>
    GetLk = 31,

    /// <summary>Set a lock.</summary>
    SetLk = 32,

    /// <summary>Set a lock, waiting.</summary>
    SetLkw = 33,

    /// <summary>Access(2) without default_permissions.</summary>
    Access = 34,

    /// <summary>Make and open a file.</summary>
    Create = 35,

    /// <summary>A caller got a signal; not answered.</summary>
    Interrupt = 36,

    /// <summary>Block of a file on a device (fuseblk).</summary>
    Bmap = 37,

    /// <summary>End of a session (fuseblk).</summary>
    Destroy = 38,

    /// <summary>Ioctl(2) (7.11).</summary>
    Ioctl = 39,

    /// <summary>Poll(2) (7.11).</summary>
    Poll = 40,

    /// <summary>Data asked for by a notification; not answered (7.15).</summary>
    NotifyReply = 41,

    /// <summary>Many FORGETs in one; not answered (7.16).</summary>
    BatchForget = 42,

    /// <summary>Fallocate(2) (7.19).</summary>
    Fallocate = 43,

    /// <summary>List a directory with attributes (7.21).</summary>
    ReadDirPlus = 44,

    /// <summary>Renameat2(2) (7.23).</summary>
    Rename2 = 45,

    /// <summary>SEEK_DATA and SEEK_HOLE (7.24).</summary>
    Lseek = 46,

    /// <summary>Copy_file_range(2) (7.28).</summary>
    CopyFileRange = 47,

    /// <summary>Map for DAX (7.31).</summary>
    SetupMapping = 48,

    /// <summary>Unmap for DAX (7.31).</summary>
    RemoveMapping = 49,

    /// <summary>Syncfs(2) (7.34).</summary>
    SyncFs = 50,

    /// <summary>O_TMPFILE (7.37).</summary>
    TmpFile = 51,

    /// <summary>Statx(2) (7.39).</summary>
    Statx = 52,

    /// <summary>Copy_file_range(2) with a 64-bit answer (7.45).</summary>
    CopyFileRange64 = 53,

    /// <summary>First request of a character device.</summary>
    CuseInit = 4096,
}
