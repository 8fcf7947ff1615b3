using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>The operations that change something. A read-only file system overrides them to say EROFS.</summary>
public abstract partial class FileSystem
{
    /// <summary>SETATTR.</summary>
    public virtual Errno SetAttr(in RequestContext context, NodeId node, in SetAttrIn args, out AttrOut attr)
    {
        attr = default;
        return Errno.ENOSYS;
    }

    /// <summary>SYMLINK.</summary>
    public virtual Errno Symlink(in RequestContext context, NodeId parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out EntryOut entry)
    {
        entry = default;
        return Errno.ENOSYS;
    }

    /// <summary>MKNOD.</summary>
    public virtual Errno MkNod(in RequestContext context, NodeId parent, in MkNodIn args, ReadOnlySpan<byte> name, out EntryOut entry)
    {
        entry = default;
        return Errno.ENOSYS;
    }

    /// <summary>MKDIR.</summary>
    public virtual Errno MkDir(in RequestContext context, NodeId parent, in MkDirIn args, ReadOnlySpan<byte> name, out EntryOut entry)
    {
        entry = default;
        return Errno.ENOSYS;
    }

    /// <summary>UNLINK.</summary>
    public virtual Errno Unlink(in RequestContext context, NodeId parent, ReadOnlySpan<byte> name) => Errno.ENOSYS;

    /// <summary>RMDIR.</summary>
    public virtual Errno RmDir(in RequestContext context, NodeId parent, ReadOnlySpan<byte> name) => Errno.ENOSYS;

    /// <summary>RENAME and RENAME2; <paramref name="flags"/> are RENAME_*.</summary>
    public virtual Errno Rename(
        in RequestContext context, NodeId parent, ReadOnlySpan<byte> name, NodeId newParent, ReadOnlySpan<byte> newName, uint flags) => Errno.ENOSYS;

    /// <summary>LINK.</summary>
    public virtual Errno Link(in RequestContext context, NodeId node, NodeId newParent, ReadOnlySpan<byte> newName, out EntryOut entry)
    {
        entry = default;
        return Errno.ENOSYS;
    }

    /// <summary>CREATE: MKNOD and OPEN in one.</summary>
    public virtual Errno Create(
        in RequestContext context, NodeId parent, in CreateIn args, ReadOnlySpan<byte> name, out EntryOut entry, out OpenOut open)
    {
        entry = default;
        open = default;
        return Errno.ENOSYS;
    }

    /// <summary>TMPFILE: O_TMPFILE in a directory.</summary>
    public virtual Errno TmpFile(in RequestContext context, NodeId parent, in CreateIn args, out EntryOut entry, out OpenOut open)
    {
        entry = default;
        open = default;
        return Errno.ENOSYS;
    }

    /// <summary>WRITE.</summary>
    public virtual Errno Write(in RequestContext context, NodeId node, in WriteIn args, ReadOnlySpan<byte> data, out uint written)
    {
        written = 0;
        return Errno.ENOSYS;
    }

    /// <summary>FALLOCATE.</summary>
    public virtual Errno Fallocate(in RequestContext context, NodeId node, in FallocateIn args) => Errno.ENOSYS;

    /// <summary>COPY_FILE_RANGE and COPY_FILE_RANGE_64 (7.45).</summary>
    public virtual Errno CopyFileRange(in RequestContext context, NodeId node, in CopyFileRangeIn args, out ulong copied)
    {
        copied = 0;
        return Errno.ENOSYS;
    }

    /// <summary>SETXATTR.</summary>
    public virtual Errno SetXattr(in RequestContext context, NodeId node, in SetXattrIn args, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Errno.ENOSYS;

    /// <summary>REMOVEXATTR.</summary>
    public virtual Errno RemoveXattr(in RequestContext context, NodeId node, ReadOnlySpan<byte> name) => Errno.ENOSYS;
}
