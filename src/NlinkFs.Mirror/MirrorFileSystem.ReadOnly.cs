using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;

namespace NlinkFs.Mirror;

/// <summary>
/// Everything that would change something: refused here, and nothing reaches the source. The kernel refuses most of it earlier,
/// because the mount is read-only; these answers hold when somebody remounts it.
/// </summary>
public sealed partial class MirrorFileSystem
{
    /// <inheritdoc/>
    public override Errno SetAttr(in RequestContext context, NodeId node, in SetAttrIn args, out AttrOut attr)
    {
        attr = default;
        return Errno.EROFS;
    }

    /// <inheritdoc/>
    public override Errno Symlink(in RequestContext context, NodeId parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out EntryOut entry)
    {
        entry = default;
        return Errno.EROFS;
    }

    /// <inheritdoc/>
    public override Errno MkNod(in RequestContext context, NodeId parent, in MkNodIn args, ReadOnlySpan<byte> name, out EntryOut entry)
    {
        entry = default;
        return Errno.EROFS;
    }

    /// <inheritdoc/>
    public override Errno MkDir(in RequestContext context, NodeId parent, in MkDirIn args, ReadOnlySpan<byte> name, out EntryOut entry)
    {
        entry = default;
        return Errno.EROFS;
    }

    /// <inheritdoc/>
    public override Errno Unlink(in RequestContext context, NodeId parent, ReadOnlySpan<byte> name) => Errno.EROFS;

    /// <inheritdoc/>
    public override Errno RmDir(in RequestContext context, NodeId parent, ReadOnlySpan<byte> name) => Errno.EROFS;

    /// <inheritdoc/>
    public override Errno Rename(
        in RequestContext context, NodeId parent, ReadOnlySpan<byte> name, NodeId newParent, ReadOnlySpan<byte> newName, uint flags) => Errno.EROFS;

    /// <inheritdoc/>
    public override Errno Link(in RequestContext context, NodeId node, NodeId newParent, ReadOnlySpan<byte> newName, out EntryOut entry)
    {
        entry = default;
        return Errno.EROFS;
    }

    /// <inheritdoc/>
    public override Errno Create(
        in RequestContext context, NodeId parent, in CreateIn args, ReadOnlySpan<byte> name, out EntryOut entry, out OpenOut open)
    {
        entry = default;
        open = default;
        return Errno.EROFS;
    }

    /// <inheritdoc/>
    public override Errno TmpFile(in RequestContext context, NodeId parent, in CreateIn args, out EntryOut entry, out OpenOut open)
    {
        entry = default;
        open = default;
        return Errno.EROFS;
    }

    /// <inheritdoc/>
    public override Errno Write(in RequestContext context, NodeId node, in WriteIn args, ReadOnlySpan<byte> data, out uint written)
    {
        written = 0;
        return Errno.EROFS;
    }

    /// <inheritdoc/>
    public override Errno Fallocate(in RequestContext context, NodeId node, in FallocateIn args) => Errno.EROFS;

    /// <inheritdoc/>
    public override Errno CopyFileRange(in RequestContext context, NodeId node, in CopyFileRangeIn args, out ulong copied)
    {
        copied = 0;
        return Errno.EROFS;
    }

    /// <inheritdoc/>
    public override Errno SetXattr(in RequestContext context, NodeId node, in SetXattrIn args, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Errno.EROFS;

    /// <inheritdoc/>
    public override Errno RemoveXattr(in RequestContext context, NodeId node, ReadOnlySpan<byte> name) => Errno.EROFS;
}
