namespace NlinkFs.Protocol;

/// <summary>fuse_setupmapping_in (7.31).</summary>
public struct SetupMappingIn
{
    /// <summary>The handle.</summary>
    public FileHandleId Fh;

    /// <summary>Start in the file.</summary>
    public ulong FileOffset;

    /// <summary>Bytes.</summary>
    public ulong Length;

    /// <summary>FUSE_SETUPMAPPING_FLAG_*.</summary>
    public ulong Flags;

    /// <summary>Start in the DAX window.</summary>
    public ulong MemoryOffset;
}

/// <summary>fuse_removemapping_in (7.31); that many <see cref="RemoveMappingOne"/> follow.</summary>
public struct RemoveMappingIn
{
    /// <summary>How many follow.</summary>
    public uint Count;
}

/// <summary>fuse_removemapping_one (7.31).</summary>
public struct RemoveMappingOne
{
    /// <summary>Start in the DAX window.</summary>
    public ulong MemoryOffset;

    /// <summary>Bytes.</summary>
    public ulong Length;
}
