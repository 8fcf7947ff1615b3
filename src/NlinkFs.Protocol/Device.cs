namespace NlinkFs.Protocol;

/// <summary>fuse_backing_map (7.40), the argument of FUSE_DEV_IOC_BACKING_OPEN.</summary>
public struct BackingMap
{
    /// <summary>The backing file's descriptor.</summary>
    public int Fd;

    /// <summary>0.</summary>
    public uint Flags;

    /// <summary>Padding.</summary>
    public ulong Padding;
}

/// <summary>ioctl numbers of /dev/fuse.</summary>
public static class DeviceIoctl
{
    /// <summary>FUSE_DEV_IOC_CLONE: a further channel of a session; the argument points to the session's descriptor.</summary>
    public const uint Clone = 0x8004e500;

    /// <summary>FUSE_DEV_IOC_BACKING_OPEN (7.40): registers a backing file, returns its id.</summary>
    public const uint BackingOpen = 0x4010e501;

    /// <summary>FUSE_DEV_IOC_BACKING_CLOSE (7.40): the argument points to the id.</summary>
    public const uint BackingClose = 0x4004e502;

    /// <summary>FUSE_DEV_IOC_SYNC_INIT (Linux 6.18): mount(2) waits for the answer to INIT.</summary>
    public const uint SyncInit = 0xe503;
}
