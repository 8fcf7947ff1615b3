namespace NlinkFs.Protocol;

/// <summary>fuse_ext_header (7.38).</summary>
public struct ExtHeader
{
    /// <summary>Bytes of the extension, this header included.</summary>
    public uint Size;

    /// <summary><see cref="ExtensionType"/>, or a count of security contexts up to 31.</summary>
    public uint Type;
}

/// <summary>fuse_secctx (7.36), followed by its name and value.</summary>
public struct SecCtx
{
    /// <summary>Bytes of the value.</summary>
    public uint Size;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_secctx_header (7.36).</summary>
public struct SecCtxHeader
{
    /// <summary>Bytes of all contexts, this header included.</summary>
    public uint Size;

    /// <summary>How many follow.</summary>
    public uint Count;
}

/// <summary>fuse_supp_groups (7.38), followed by group ids.</summary>
public struct SuppGroups
{
    /// <summary>How many follow.</summary>
    public uint Count;
}
