namespace NlinkFs.Protocol;

/// <summary>fuse_open_in, for OPEN and OPENDIR.</summary>
public struct OpenIn
{
    /// <summary>O_* flags.</summary>
    public uint Flags;

    /// <summary>FUSE_OPEN_* flags (7.33).</summary>
    public OpenInFlags OpenFlags;
}

/// <summary>fuse_create_in, for CREATE and TMPFILE.</summary>
public struct CreateIn
{
    /// <summary>O_* flags.</summary>
    public uint Flags;

    /// <summary>Mode, umask applied unless FUSE_DONT_MASK.</summary>
    public uint Mode;

    /// <summary>The caller's umask.</summary>
    public uint Umask;

    /// <summary>FUSE_OPEN_* flags.</summary>
    public OpenInFlags OpenFlags;
}

/// <summary>fuse_open_out.</summary>
public struct OpenOut
{
    /// <summary>The handle.</summary>
    public FileHandleId Fh;

    /// <summary>FOPEN_* flags.</summary>
    public OpenOutFlags OpenFlags;

    /// <summary>With FOPEN_PASSTHROUGH: the backing id (7.40).</summary>
    public int BackingId;
}

/// <summary>fuse_release_in, for RELEASE and RELEASEDIR.</summary>
public struct ReleaseIn
{
    /// <summary>The handle.</summary>
    public FileHandleId Fh;

    /// <summary>O_* flags of the open.</summary>
    public uint Flags;

    /// <summary>FUSE_RELEASE_* flags.</summary>
    public ReleaseFlags ReleaseFlags;

    /// <summary>Owner of locks to drop.</summary>
    public ulong LockOwner;
}

/// <summary>fuse_flush_in.</summary>
public struct FlushIn
{
    /// <summary>The handle.</summary>
    public FileHandleId Fh;

    /// <summary>Padding.</summary>
    public uint Unused;

    /// <summary>Padding.</summary>
    public uint Padding;

    /// <summary>Owner of locks to drop.</summary>
    public ulong LockOwner;
}
