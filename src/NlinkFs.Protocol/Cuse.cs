namespace NlinkFs.Protocol;

/// <summary>cuse_init_in (7.12).</summary>
public struct CuseInitIn
{
    /// <summary>The kernel's major version.</summary>
    public uint Major;

    /// <summary>The kernel's minor version.</summary>
    public uint Minor;

    /// <summary>Padding.</summary>
    public uint Unused;

    /// <summary>CUSE_* flags.</summary>
    public uint Flags;
}

/// <summary>cuse_init_out (7.12).</summary>
public struct CuseInitOut
{
    /// <summary>The server's major version.</summary>
    public uint Major;

    /// <summary>The server's minor version.</summary>
    public uint Minor;

    /// <summary>Padding.</summary>
    public uint Unused;

    /// <summary>CUSE_* flags.</summary>
    public uint Flags;

    /// <summary>Bytes.</summary>
    public uint MaxRead;

    /// <summary>Bytes.</summary>
    public uint MaxWrite;

    /// <summary>Device number, major.</summary>
    public uint DevMajor;

    /// <summary>Device number, minor.</summary>
    public uint DevMinor;

    /// <summary>Padding.</summary>
    public UInt32x10 Spare;
}
