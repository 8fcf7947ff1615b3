namespace NlinkFs.Protocol;

/// <summary>fuse_setxattr_in; <see cref="CompatSize"/> bytes unless FUSE_SETXATTR_EXT (7.33) was negotiated.</summary>
public struct SetXattrIn
{
    /// <summary>FUSE_COMPAT_SETXATTR_IN_SIZE.</summary>
    public const int CompatSize = 8;

    /// <summary>Bytes of the value.</summary>
    public uint Size;

    /// <summary>XATTR_CREATE, XATTR_REPLACE.</summary>
    public uint Flags;

    /// <summary>FUSE_SETXATTR_* flags.</summary>
    public SetXattrFlags SetXattrFlags;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_getxattr_in, for GETXATTR and LISTXATTR.</summary>
public struct GetXattrIn
{
    /// <summary>Room for the value; 0 asks for its length.</summary>
    public uint Size;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_getxattr_out, answers a size of 0.</summary>
public struct GetXattrOut
{
    /// <summary>Length of the value.</summary>
    public uint Size;

    /// <summary>Padding.</summary>
    public uint Padding;
}
