using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>Operations most file systems leave to the kernel: syncing, locks, ioctl, poll, DAX mappings.</summary>
public abstract partial class FileSystem
{
    /// <summary>FSYNC.</summary>
    public virtual Errno Fsync(in RequestContext context, NodeId node, in FsyncIn args) => Errno.ENOSYS;

    /// <summary>FSYNCDIR.</summary>
    public virtual Errno FsyncDir(in RequestContext context, NodeId node, in FsyncIn args) => Errno.ENOSYS;

    /// <summary>SYNCFS.</summary>
    public virtual Errno SyncFs(in RequestContext context, NodeId node) => Errno.ENOSYS;

    /// <summary>GETLK: only after FUSE_POSIX_LOCKS was negotiated.</summary>
    public virtual Errno GetLk(in RequestContext context, NodeId node, in LkIn args, out LkOut conflict)
    {
        conflict = default;
        return Errno.ENOSYS;
    }

    /// <summary>SETLK and, with <paramref name="wait"/>, SETLKW.</summary>
    public virtual Errno SetLk(in RequestContext context, NodeId node, in LkIn args, bool wait) => Errno.ENOSYS;

    /// <summary>BMAP: fuseblk only.</summary>
    public virtual Errno Bmap(in RequestContext context, NodeId node, in BmapIn args, out BmapOut block)
    {
        block = default;
        return Errno.ENOSYS;
    }

    /// <summary>IOCTL; the output goes to <paramref name="output"/>.</summary>
    public virtual Errno Ioctl(
        in RequestContext context, NodeId node, in IoctlIn args, ReadOnlySpan<byte> input, Span<byte> output, out IoctlOut result, out int length)
    {
        result = default;
        length = 0;
        return Errno.ENOTTY;
    }

    /// <summary>POLL.</summary>
    public virtual Errno Poll(in RequestContext context, NodeId node, in PollIn args, out PollOut ready)
    {
        ready = default;
        return Errno.ENOSYS;
    }

    /// <summary>SETUPMAPPING: virtiofs DAX only.</summary>
    public virtual Errno SetupMapping(in RequestContext context, NodeId node, in SetupMappingIn args) => Errno.ENOSYS;

    /// <summary>REMOVEMAPPING: virtiofs DAX only.</summary>
    public virtual Errno RemoveMapping(in RequestContext context, NodeId node, ReadOnlySpan<byte> mappings) => Errno.ENOSYS;
}
