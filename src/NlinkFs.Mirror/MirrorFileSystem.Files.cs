using System.Diagnostics;
using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;

namespace NlinkFs.Mirror;

public sealed partial class MirrorFileSystem
{
    /// <summary>
    /// From this size on, bytes, a file is read past the mirror's page cache: the source's has it already, large files are seldom read twice,
    /// and it saves a copy.
    /// </summary>
    private const ulong LargeFile = 32 << 20;

    /// <inheritdoc/>
    public override Errno Open(in RequestContext context, NodeId node, in OpenIn args, out OpenOut open)
    {
        open = default;
        int flags = (int)args.Flags;
        if ((flags & OpenFlags.AccessMode) != OpenFlags.ReadOnly || (flags & OpenFlags.Truncate) != 0)
        {
            return Errno.EROFS;
        }

        Span<byte> buffer = stackalloc byte[Source.NameMax];
        Errno error = _source.EnterParent(node, buffer, out DirectoryLease directory, out ReadOnlySpan<byte> name);
        if (error.IsError)
        {
            return SourceErrors.ToKernel(error);
        }

        error = OpenFile(directory.Fd, name, flags, out Fd fd);
        if (!error.IsError)
        {
            error = Register(directory.Fd, name, node, fd, out open);
        }

        directory.Dispose();
        return ToOpenError(error);
    }

    /// <inheritdoc/>
    public override Errno Read(in RequestContext context, NodeId node, in ReadIn args, ReadReply reply)
    {
        if (args.Offset > long.MaxValue)
        {
            return Errno.EINVAL;
        }

        long offset = (long)args.Offset;
        if (!_files.TryBeginRead(args.Fh, offset, reply.Size, out Fd fd, out bool isPassthrough, out (long Start, long Length) ahead))
        {
            return Errno.EBADF;
        }

        if (isPassthrough)
        {
            // Only fadvise(2) and readahead(2) end up here. The hint goes down; an answer would fill a second page cache that nobody reads.
            _ = Files.WillNeed(fd, offset, reply.Size);
            return Errno.EIO;
        }

        if (ahead.Length > 0)
        {
            _ = Files.WillNeed(fd, ahead.Start, ahead.Length);
        }

        long start = Stopwatch.GetTimestamp();
        Errno error = reply.FillFrom(fd, offset);
        _files.EndRead(args.Fh, offset, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        return SourceErrors.ToKernel(error);
    }

    /// <inheritdoc/>
    public override Errno Lseek(in RequestContext context, NodeId node, in LseekIn args, out LseekOut position)
    {
        position = default;
        if (!_files.TryGet(args.Fh, out Fd fd))
        {
            return Errno.EBADF;
        }

        Errno error = Files.Seek(fd, (long)args.Offset, (int)args.Whence, out long found);
        position.Offset = (ulong)found;
        return SourceErrors.ToKernel(error);
    }

    /// <inheritdoc/>
    public override void Release(NodeId node, in ReleaseIn args)
    {
        if (_files.TryRemove(args.Fh, out Fd fd))
        {
            _closer.Close(fd);
        }
    }

    /// <summary>Nothing is written, so nothing is left to sync.</summary>
    public override Errno Fsync(in RequestContext context, NodeId node, in FsyncIn args) => Errno.None;

    /// <inheritdoc/>
    public override Errno FsyncDir(in RequestContext context, NodeId node, in FsyncIn args) => Errno.None;

    /// <inheritdoc/>
    public override Errno SyncFs(in RequestContext context, NodeId node) => Errno.None;

    /// <summary>
    /// Makes an opened file a handle of the node. When the path holds another file than the node's open ones, the kernel has to
    /// look it up again (ESTALE), so that two files never share a page cache.
    /// </summary>
    private Errno Register(Fd directory, ReadOnlySpan<byte> name, NodeId node, Fd fd, out OpenOut open)
    {
        open = default;
        Errno error = Files.StatAt(directory, name, out StatxBuffer stat, StatSync.AsNeeded, _source.Wanted);
        if (error.IsError)
        {
            fd.Close();
            return error;
        }

        FileIdentity identity = FileIdentity.Of(in stat);
        NodeMemory memory = Weigh(directory, name, node, in stat);
        if (stat.Type != FileType.Regular || IsAnotherFile(node, in memory, in stat))
        {
            fd.Close();
            return Errno.ESTALE;
        }

        _policy.Apply(ref memory, ref stat, _nodes.InoOf(node));
        open.Fh = _files.Add(node, fd, in identity, out open.BackingId);
        open.OpenFlags = open.BackingId != 0 ? OpenOutFlags.Passthrough
            : _bypassesCache && stat.Size >= LargeFile ? OpenOutFlags.DirectIo
            : memory.OpenedSinceChange ? OpenOutFlags.KeepCache
            : 0;
        memory.OpenedSinceChange = true;
        _nodes.Memorize(node, in memory);
        return Errno.None;
    }

    /// <summary>
    /// Opens a file of the source. The caller's flags are about the mirror's descriptor and do not go down, except O_DIRECT with
    /// passthrough: the kernel opens the file with it, and where that is refused the caller has to see EINVAL, not EIO.
    /// </summary>
    private Errno OpenFile(Fd directory, ReadOnlySpan<byte> name, int flags, out Fd fd)
    {
        Errno error = Files.OpenAt(directory, name, OpenFlags.ReadOnly | OpenFlags.NoFollow, out fd);
        if (!error.IsError && _passthrough.IsOn && (flags & OpenFlags.Direct) != 0)
        {
            error = Files.OpenAt(directory, name, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.Direct, out Fd direct);
            direct.Close();
            if (error.IsError)
            {
                fd.Close();
            }
        }

        return error;
    }

    /// <summary>A path that is a link or gone since the kernel looked is looked up again; the second answer stands.</summary>
    private static Errno ToOpenError(Errno error) => error == Errno.ELOOP ? Errno.ESTALE : SourceErrors.ToKernel(error);
}
