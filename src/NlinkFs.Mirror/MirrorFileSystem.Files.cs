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

        if (!TryOpenIdle(directory.Fd, name, node, flags, out open))
        {
            error = OpenFile(directory.Fd, name, flags, out Fd fd);
            error = error.IsError ? error : Register(in directory, name, node, fd, out open);
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

        Errno error = Use(args.Fh, node, out SourceFile? file);
        if (error.IsError)
        {
            return error;
        }

        long offset = (long)args.Offset;
        if (_files.IsPassthrough(args.Fh))
        {
            // Only fadvise(2) and readahead(2) end up here. The hint goes down; an answer would fill a second page cache that nobody reads.
            _ = Files.WillNeed(file!.Fd, offset, reply.Size);
            file.EndUse();

            // Nobody sees it, and it is no error of the source's.
            return Errno.ENODATA;
        }

        if (_files.PlanAhead(args.Fh, offset, reply.Size, out long aheadStart, out long aheadLength))
        {
            _ = Files.WillNeed(file!.Fd, aheadStart, aheadLength);
        }

        long start = Stopwatch.GetTimestamp();
        error = reply.FillFrom(file!.Fd, offset);
        file.EndUse();
        _files.NoteRead(args.Fh, offset, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        return SourceErrors.ToKernel(error);
    }

    /// <inheritdoc/>
    public override Errno Lseek(in RequestContext context, NodeId node, in LseekIn args, out LseekOut position)
    {
        position = default;
        Errno error = Use(args.Fh, node, out SourceFile? file);
        if (!error.IsError)
        {
            error = Files.Seek(file!.Fd, (long)args.Offset, (int)args.Whence, out long found);
            position.Offset = (ulong)found;
            file.EndUse();
        }

        return SourceErrors.ToKernel(error);
    }

    /// <inheritdoc/>
    public override void Release(NodeId node, in ReleaseIn args) => _ = _files.Remove(args.Fh);

    /// <summary>Nothing is written, so nothing is left to sync.</summary>
    public override Errno Fsync(in RequestContext context, NodeId node, in FsyncIn args) => Errno.None;

    /// <inheritdoc/>
    public override Errno FsyncDir(in RequestContext context, NodeId node, in FsyncIn args) => Errno.None;

    /// <inheritdoc/>
    public override Errno SyncFs(in RequestContext context, NodeId node) => Errno.None;

    /// <summary>Opens a file that the kernel read itself until just now, if nothing has changed.</summary>
    private bool TryOpenIdle(Fd directory, ReadOnlySpan<byte> name, NodeId node, int flags, out OpenOut open)
    {
        open = default;
        if (!_passthrough.IsOn || (flags & OpenFlags.Direct) != 0 || !_files.HasIdle(node)
            || Files.StatAt(directory, name, out StatxBuffer stat, StatSync.AsNeeded, _source.Wanted).IsError)
        {
            return false;
        }

        open.OpenFlags = OpenOutFlags.Passthrough;
        return _files.TryAddIdle(node, in stat, out open.Fh, out open.BackingId);
    }

    /// <summary>
    /// Makes an opened file a handle of the node. When the path holds another file than the node's open ones, the kernel has to
    /// look it up again (ESTALE), so that two files never share a page cache; likewise when the source has come back with another file
    /// than the kernel was told of, whose size it would go by.
    /// </summary>
    private Errno Register(in DirectoryLease directory, ReadOnlySpan<byte> name, NodeId node, Fd fd, out OpenOut open)
    {
        open = default;
        SourceFile file = new(directory.Tree, fd);
        Errno error = Files.StatAt(directory.Fd, name, out StatxBuffer stat, StatSync.AsNeeded, _source.Wanted);
        if (error.IsError)
        {
            file.EndUse();
            return error;
        }

        FileIdentity identity = FileIdentity.Of(in stat);
        NodeMemory memory = Weigh(directory.Fd, name, node, in stat);
        bool misleads = memory.ToldIn != Generation && (memory.ChangedSinceTold || !_policy.IsUnchanged(in memory, in stat));
        if (stat.Type != FileType.Regular || misleads || IsAnotherFile(node, in memory, in stat))
        {
            file.EndUse();
            return Errno.ESTALE;
        }

        _policy.Apply(ref memory, ref stat, _nodes.InoOf(node));
        open.Fh = _files.Add(node, file, OpenedContent.Of(identity, in memory), out open.BackingId);
        KeepOnlyWhatIsThere(file);
        open.OpenFlags = open.BackingId != 0 ? OpenOutFlags.Passthrough
            : _bypassesCache && stat.Size >= LargeFile ? OpenOutFlags.DirectIo
            : memory.OpenedSinceChange ? OpenOutFlags.KeepCache
            : 0;
        memory.OpenedSinceChange = true;
        _nodes.Memorize(node, in memory);
        return Errno.None;
    }

    /// <summary>Begins a use of a handle's file, which is opened again when its source was lost and is back.</summary>
    private Errno Use(FileHandleId handle, NodeId node, out SourceFile? file)
    {
        if (!_files.TryUse(handle, out file, out OpenedContent opened))
        {
            return Errno.EBADF;
        }

        if (file is null)
        {
            return opened.IsGone ? Errno.EIO : Reopen(handle, node, in opened, out file);
        }

        if (_source.IsStalled)
        {
            file.EndUse();
            return Errno.ETIMEDOUT;
        }

        return Errno.None;
    }

    /// <summary>
    /// Opens the file of a handle again, by path, if it is still the same. ENOENT while it is not there or cannot be told yet; EIO when
    /// another one took its place: no byte of that may reach who opened the first.
    /// </summary>
    private Errno Reopen(FileHandleId handle, NodeId node, in OpenedContent opened, out SourceFile? file)
    {
        file = null;
        Span<byte> buffer = stackalloc byte[Source.NameMax];
        Errno error = _source.EnterParent(node, buffer, out DirectoryLease directory, out ReadOnlySpan<byte> name);
        if (!error.IsError)
        {
            error = Files.OpenAt(directory.Fd, name, OpenFlags.ReadOnly | OpenFlags.NoFollow, out Fd fd);
            if (!error.IsError)
            {
                SourceFile again = new(directory.Tree, fd);
                error = Compare(directory.Fd, name, node, in opened, out FileIdentity identity);
                if (error.IsError)
                {
                    again.EndUse();
                }
                else
                {
                    file = _files.Reopen(handle, again, identity);
                    KeepOnlyWhatIsThere(again);
                    error = file is null ? Errno.EBADF : Errno.None;
                }
            }

            directory.Dispose();
        }

        if (error == Errno.ESTALE)
        {
            _files.Spoil(handle);
            error = Errno.EIO;
        }

        return error;
    }

    /// <summary>None when a file is the one that was opened, ESTALE when it is not, ENOENT when its times do not tell yet.</summary>
    private Errno Compare(Fd directory, ReadOnlySpan<byte> name, NodeId node, in OpenedContent opened, out FileIdentity identity)
    {
        Errno error = Files.StatAt(directory, name, out StatxBuffer stat, StatSync.AsNeeded, _source.Wanted);
        identity = FileIdentity.Of(in stat);
        if (error.IsError || opened.IsThatOf(in stat))
        {
            return error;
        }

        NodeMemory memory = Weigh(directory, name, node, in stat);
        return opened.IsThatOf(in stat, memory.TimesDrift) ? Errno.None
            : stat.Size == opened.Size && _policy.IsUnchanged(in memory, in stat) ? Errno.ENOENT
            : Errno.ESTALE;
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
