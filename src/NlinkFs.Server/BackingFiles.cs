using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>
/// Files that the kernel reads itself (FUSE_PASSTHROUGH, protocol 7.40). What is registered stays open in the kernel until it is
/// unregistered; opens that were answered with its id go on after that.
/// </summary>
public sealed class BackingFiles
{
    private readonly Fd _device;

    internal BackingFiles(Fd device) => _device = device;

    /// <summary>
    /// FUSE_DEV_IOC_BACKING_OPEN. EPERM without CAP_SYS_ADMIN in the initial user namespace or when passthrough was not agreed; ELOOP
    /// when the file's own file system is stacked too deep; EISDIR, EINVAL for what is no regular file; ENOTTY before kernel 6.9.
    /// Does not block.
    /// </summary>
    public Errno Register(Fd file, out int backingId)
    {
        BackingMap map = new() { Fd = file.Value };
        Errno error = Files.Control(_device, DeviceIoctl.BackingOpen, ref map, out backingId);
        backingId = error.IsError ? 0 : backingId;
        return error;
    }

    /// <summary>FUSE_DEV_IOC_BACKING_CLOSE.</summary>
    public void Unregister(int backingId) => _ = Files.Control(_device, DeviceIoctl.BackingClose, ref backingId, out _);
}
