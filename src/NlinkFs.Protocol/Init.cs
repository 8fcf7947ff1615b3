namespace NlinkFs.Protocol;

/// <summary>fuse_init_in; 64 bytes since 7.36, <see cref="ShortSize"/> before.</summary>
public struct InitIn
{
    /// <summary>What kernels before 7.36 send: no second flags field.</summary>
    public const int ShortSize = 16;

    /// <summary>The kernel's major version.</summary>
    public uint Major;

    /// <summary>The kernel's minor version.</summary>
    public uint Minor;

    /// <summary>Read-ahead the kernel would use, bytes.</summary>
    public uint MaxReadahead;

    /// <summary>Low half of the <see cref="InitFlags"/> offered.</summary>
    public uint Flags;

    /// <summary>High half, when <see cref="InitFlags.InitExt"/> is set.</summary>
    public uint Flags2;

    /// <summary>Padding.</summary>
    public UInt32x11 Unused;
}

/// <summary>fuse_init_out; 64 bytes since 7.23.</summary>
public struct InitOut
{
    /// <summary>The server's major version.</summary>
    public uint Major;

    /// <summary>The minor version spoken.</summary>
    public uint Minor;

    /// <summary>Read-ahead allowed, bytes.</summary>
    public uint MaxReadahead;

    /// <summary>Low half of the <see cref="InitFlags"/> taken.</summary>
    public uint Flags;

    /// <summary>Background requests in flight (7.13).</summary>
    public ushort MaxBackground;

    /// <summary>Background requests from which the kernel calls the mount congested.</summary>
    public ushort CongestionThreshold;

    /// <summary>Largest WRITE, bytes; at least 4096.</summary>
    public uint MaxWrite;

    /// <summary>Granularity of times, nanoseconds, a power of ten.</summary>
    public uint TimeGranularity;

    /// <summary>Largest payload, pages (7.28).</summary>
    public ushort MaxPages;

    /// <summary>Log2 of the alignment of DAX mappings (7.31).</summary>
    public ushort MapAlignment;

    /// <summary>High half of the flags taken (7.36).</summary>
    public uint Flags2;

    /// <summary>For passthrough: 1, or 2 when the backing files are themselves on a stacked file system (7.40).</summary>
    public uint MaxStackDepth;

    /// <summary>Seconds after which the kernel aborts the connection; 0 for never (7.43).</summary>
    public ushort RequestTimeout;

    /// <summary>Padding.</summary>
    public UInt16x11 Unused;
}
