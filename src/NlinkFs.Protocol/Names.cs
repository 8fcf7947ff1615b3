namespace NlinkFs.Protocol;

/// <summary>fuse_mknod_in (7.12).</summary>
public struct MkNodIn
{
    /// <summary>Type and permissions.</summary>
    public uint Mode;

    /// <summary>Device number.</summary>
    public uint Rdev;

    /// <summary>The caller's umask.</summary>
    public uint Umask;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_mkdir_in.</summary>
public struct MkDirIn
{
    /// <summary>Permissions.</summary>
    public uint Mode;

    /// <summary>The caller's umask.</summary>
    public uint Umask;
}

/// <summary>fuse_rename_in.</summary>
public struct RenameIn
{
    /// <summary>New parent.</summary>
    public NodeId NewDir;
}

/// <summary>fuse_rename2_in (7.23).</summary>
public struct Rename2In
{
    /// <summary>New parent.</summary>
    public NodeId NewDir;

    /// <summary>RENAME_* flags.</summary>
    public uint Flags;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_link_in.</summary>
public struct LinkIn
{
    /// <summary>The node to link.</summary>
    public NodeId OldNodeId;
}

/// <summary>fuse_forget_in. Not answered.</summary>
public struct ForgetIn
{
    /// <summary>How many lookups to take back.</summary>
    public ulong LookupCount;
}

/// <summary>fuse_forget_one (7.16).</summary>
public struct ForgetOne
{
    /// <summary>The node.</summary>
    public NodeId NodeId;

    /// <summary>How many lookups to take back.</summary>
    public ulong LookupCount;
}

/// <summary>fuse_batch_forget_in (7.16); that many <see cref="ForgetOne"/> follow. Not answered.</summary>
public struct BatchForgetIn
{
    /// <summary>How many follow.</summary>
    public uint Count;

    /// <summary>Padding.</summary>
    public uint Dummy;
}

/// <summary>fuse_interrupt_in. Not answered.</summary>
public struct InterruptIn
{
    /// <summary>The request whose caller got a signal.</summary>
    public RequestId Unique;
}
