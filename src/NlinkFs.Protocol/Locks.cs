namespace NlinkFs.Protocol;

/// <summary>fuse_file_lock.</summary>
public struct FileLock
{
    /// <summary>First byte.</summary>
    public ulong Start;

    /// <summary>Last byte.</summary>
    public ulong End;

    /// <summary>F_RDLCK, F_WRLCK, F_UNLCK.</summary>
    public uint Type;

    /// <summary>Process that holds it.</summary>
    public uint Pid;
}

/// <summary>fuse_lk_in.</summary>
public struct LkIn
{
    /// <summary>The handle.</summary>
    public FileHandleId Fh;

    /// <summary>The lock's owner.</summary>
    public ulong Owner;

    /// <summary>The lock.</summary>
    public FileLock Lock;

    /// <summary>FUSE_LK_* flags.</summary>
    public LkFlags LkFlags;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_lk_out.</summary>
public struct LkOut
{
    /// <summary>The conflicting lock.</summary>
    public FileLock Lock;
}
