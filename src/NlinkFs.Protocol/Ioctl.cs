namespace NlinkFs.Protocol;

/// <summary>fuse_ioctl_in.</summary>
public struct IoctlIn
{
    /// <summary>The handle.</summary>
    public FileHandleId Fh;

    /// <summary>FUSE_IOCTL_* flags.</summary>
    public IoctlFlags Flags;

    /// <summary>The ioctl's number.</summary>
    public uint Command;

    /// <summary>Its third argument.</summary>
    public ulong Argument;

    /// <summary>Bytes of input that follow.</summary>
    public uint InSize;

    /// <summary>Room for output.</summary>
    public uint OutSize;
}

/// <summary>fuse_ioctl_iovec (7.16).</summary>
public struct IoctlIovec
{
    /// <summary>Address in the caller.</summary>
    public ulong Base;

    /// <summary>Bytes.</summary>
    public ulong Length;
}

/// <summary>fuse_ioctl_out.</summary>
public struct IoctlOut
{
    /// <summary>What ioctl(2) returns.</summary>
    public int Result;

    /// <summary>FUSE_IOCTL_RETRY.</summary>
    public IoctlFlags Flags;

    /// <summary>With retry: input vectors that follow.</summary>
    public uint InIovecs;

    /// <summary>With retry: output vectors that follow.</summary>
    public uint OutIovecs;
}

/// <summary>fuse_poll_in (7.11).</summary>
public struct PollIn
{
    /// <summary>The handle.</summary>
    public FileHandleId Fh;

    /// <summary>Names the waiter in a wake-up.</summary>
    public ulong KernelHandle;

    /// <summary>FUSE_POLL_* flags.</summary>
    public PollFlags Flags;

    /// <summary>Events asked for (7.21).</summary>
    public uint Events;
}

/// <summary>fuse_poll_out.</summary>
public struct PollOut
{
    /// <summary>Events that are ready.</summary>
    public uint ReadyEvents;

    /// <summary>Padding.</summary>
    public uint Padding;
}
