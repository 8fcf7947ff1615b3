using System.Diagnostics;
using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;

namespace NlinkFs.Mirror;

public sealed partial class MirrorFileSystem
{
    /// <inheritdoc/>
    public override Errno Lookup(in RequestContext context, NodeId parent, ReadOnlySpan<byte> name, out EntryOut entry)
    {
        entry = default;
        if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) || name.Contains((byte)'/'))
        {
            return Errno.EINVAL;
        }

        if (_source.IsAway && TryRecall(parent, name, out entry))
        {
            return Errno.None;
        }

        Errno error = _source.Enter(parent, out DirectoryLease directory);
        if (error.IsError)
        {
            return SourceErrors.ToKernel(error);
        }

        error = StatName(directory.Fd, parent, name, out StatxBuffer stat, out long age);
        error = error.IsError ? error : EnterName(in context, directory.Fd, parent, name, ref stat, age, out entry);
        directory.Dispose();
        if (error == Errno.ENOENT && !_negativeTtl.IsZero)
        {
            entry = new EntryOut { EntryValid = _negativeTtl.Seconds, EntryValidNsec = _negativeTtl.Nanoseconds };
            return Errno.None;
        }

        return SourceErrors.ToKernel(error);
    }

    /// <inheritdoc/>
    public override Errno GetAttr(in RequestContext context, NodeId node, in GetAttrIn args, out AttrOut attr)
    {
        Errno error = StatNode(in context, node, _source.Wanted, out StatxBuffer stat);
        attr = ToAttrOut(in stat);
        return ToAsker(error, args.Flags);
    }

    /// <inheritdoc/>
    public override Errno Statx(in RequestContext context, NodeId node, in StatxIn args, out StatxOut stat)
    {
        Errno error = StatNode(in context, node, _source.Wanted | ((StatxMask)args.StatxMask & StatxMask.Btime), out StatxBuffer from);
        stat = ToStatxOut(in from);
        return ToAsker(error, args.Flags);
    }

    /// <inheritdoc/>
    public override Errno ReadLink(in RequestContext context, NodeId node, Span<byte> target, out int length)
    {
        length = 0;
        Span<byte> buffer = stackalloc byte[Source.NameMax];
        Errno error = _source.EnterParent(node, buffer, out DirectoryLease directory, out ReadOnlySpan<byte> name);
        if (!error.IsError)
        {
            error = Files.ReadLink(directory.Fd, name, target, out length);
            directory.Dispose();
        }

        return SourceErrors.ToKernel(error);
    }

    /// <inheritdoc/>
    public override Errno Access(in RequestContext context, NodeId node, in AccessIn args)
    {
        const uint Write = 2;
        if ((args.Mask & Write) != 0)
        {
            return Errno.EROFS;
        }

        Span<byte> buffer = stackalloc byte[Source.NameMax];
        Errno error = _source.EnterFor(node, buffer, out DirectoryLease directory, out ReadOnlySpan<byte> name);
        if (!error.IsError)
        {
            error = Files.Access(directory.Fd, name, (int)args.Mask);
            directory.Dispose();
        }

        return SourceErrors.ToKernel(error);
    }

    /// <summary>
    /// What the source says of a name. In a slow source, somebody who walks a directory listed lately is kept ahead of: then what is
    /// told was asked <paramref name="age"/> milliseconds ago.
    /// </summary>
    private Errno StatName(Fd directory, NodeId parent, ReadOnlySpan<byte> name, out StatxBuffer stat, out long age)
    {
        age = 0;
        stat = default;
        if (name.Length > Source.NameMax)
        {
            return Errno.ENAMETOOLONG;
        }

        if (_fetchMaxAge > 0 && _pace.IsSlow && _snapshots.Walked(parent) is { } snapshot)
        {
            int index = snapshot.Walk(name, AttributeFetcher.Ahead, out int from, out int to);
            if (to > from)
            {
                _fetcher.Start(parent, snapshot, from, to);
            }

            if (index >= 0 && TryTake(snapshot, index, out Errno error, out stat, out age))
            {
                return error;
            }
        }

        return StatTimed(directory, name, out stat, out _);
    }

    /// <summary>Takes what was fetched ahead for an entry, if that is still worth something.</summary>
    private bool TryTake(DirectorySnapshot snapshot, int index, out Errno error, out StatxBuffer stat, out long age)
    {
        Fetch? fetch = snapshot.Take(index);
        error = fetch?.Error ?? default;
        stat = fetch?.Stat ?? default;
        age = fetch is null ? 0 : Environment.TickCount64 - fetch.AskedAt;
        bool taken = fetch is not null && age < _fetchMaxAge;
        age = taken ? age : 0;
        return taken;
    }

    private Errno StatTimed(Fd directory, ReadOnlySpan<byte> name, out StatxBuffer stat, out bool slow)
    {
        long start = Stopwatch.GetTimestamp();
        Errno error = Files.StatAt(directory, name, out stat, StatSync.AsNeeded, _source.Wanted);
        slow = _pace.Note(start, entries: 0, out _);
        return error;
    }

    /// <summary>
    /// Makes what the source says of a name an entry: on success one lookup is counted. What was asked <paramref name="age"/> milliseconds
    /// ago is kept for so much less.
    /// </summary>
    private Errno EnterName(in RequestContext context, Fd directory, NodeId parent, ReadOnlySpan<byte> name, ref StatxBuffer stat, long age, out EntryOut entry)
    {
        entry = default;
        NodeId known = _nodes.Find(parent, name);
        NodeMemory memory = Weigh(directory, name, known, in stat);
        NodeId node = _nodes.Remember(parent, name, stat.Type, IsAnotherFile(known, in memory, in stat), out ulong ino);
        if (node == NodeId.None)
        {
            return Errno.ESTALE;
        }

        memory = node == known ? memory : default;
        NoteTold(in context, ref memory, in stat);
        _policy.Apply(ref memory, ref stat, ino);
        _nodes.Memorize(node, in memory);
        _stale.Remember(node, in stat);
        entry = ToEntry(node, in stat, age);
        return Errno.None;
    }

    /// <summary>A name as last told, for as long as the source is away. Counts a lookup.</summary>
    private bool TryRecall(NodeId parent, ReadOnlySpan<byte> name, out EntryOut entry)
    {
        entry = default;
        NodeId known = _nodes.Find(parent, name);
        if (!_stale.TryRecall(known, out StatxBuffer stat))
        {
            return false;
        }

        NodeId node = _nodes.Remember(parent, name, stat.Type, replaced: false, out _);
        if (node == NodeId.None)
        {
            return false;
        }

        entry = ToEntry(node, in stat, age: 0);
        return true;
    }

    /// <summary>
    /// A node's attributes: by name, which is what sources answer best; by an open file when the name is gone or another file's.
    /// </summary>
    private Errno StatNode(in RequestContext context, NodeId node, StatxMask wanted, out StatxBuffer stat)
    {
        if (node == NodeId.Root)
        {
            stat = RootStat(in context);
            return Errno.None;
        }

        if (_source.IsAway && _stale.TryRecall(node, out stat))
        {
            return Errno.None;
        }

        Span<byte> buffer = stackalloc byte[Source.NameMax];
        stat = default;
        Errno error = _source.EnterParent(node, buffer, out DirectoryLease directory, out ReadOnlySpan<byte> name);
        if (!error.IsError)
        {
            error = Files.StatAt(directory.Fd, name, out stat, StatSync.AsNeeded, wanted);
            NodeMemory memory = error.IsError ? default : Weigh(directory.Fd, name, node, in stat);
            directory.Dispose();
            if (!error.IsError && (memory.Type != stat.Type || IsAnotherFile(node, in memory, in stat)))
            {
                error = Errno.ESTALE;
            }

            if (!error.IsError)
            {
                Settle(in context, node, ref memory, ref stat);
            }
        }

        return error == Errno.ENOENT || error == Errno.ESTALE ? StatOpenFile(in context, node, ref error, out stat) : error;
    }

    /// <summary>
    /// Who asks by an open file has no name to look up again, and a read that looks whether the file has changed fails with what this says
    /// (fuse_cache_read_iter).
    /// </summary>
    private static Errno ToAsker(Errno error, GetAttrFlags flags) =>
        (flags & GetAttrFlags.Fh) != 0 && (error == Errno.ESTALE || error == Errno.ENOENT) ? Errno.EIO : SourceErrors.ToKernel(error);

    /// <summary>The root's, which can be told whatever the source does.</summary>
    private StatxBuffer RootStat(in RequestContext context)
    {
        _ = _keeper.TryAskRoot(Questions.Root, out StatxBuffer stat);
        NodeMemory memory = _nodes.Recall(NodeId.Root);
        if (_policy.NeedsSecondLook(in memory, in stat) && _keeper.TryAskRoot(Questions.RootAfresh, out StatxBuffer second))
        {
            AttributePolicy.Judge(ref memory, in stat, in second, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        }

        Settle(in context, NodeId.Root, ref memory, ref stat);
        return stat;
    }

    /// <summary>What an open file says of itself after it lost its name. Without one, <paramref name="error"/> stands.</summary>
    private Errno StatOpenFile(in RequestContext context, NodeId node, ref Errno error, out StatxBuffer stat)
    {
        stat = default;
        if (_files.UseNewest(node) is { } file)
        {
            error = Files.Stat(file.Fd, out stat, StatSync.AsNeeded, _source.Wanted);
            file.EndUse();
            if (!error.IsError)
            {
                NodeMemory memory = _nodes.Recall(node);
                Settle(in context, node, ref memory, ref stat, deleted: true);
            }
        }

        return error;
    }

    /// <summary>
    /// What is remembered of a node, in the light of what the source says now of <paramref name="name"/> in
    /// <paramref name="directory"/> (or, without a name, of the directory itself). Asks the source once more only when that decides
    /// whether a time is to be believed.
    /// </summary>
    private NodeMemory Weigh(Fd directory, ReadOnlySpan<byte> name, NodeId node, in StatxBuffer stat)
    {
        NodeMemory memory = _nodes.Recall(node);
        if (_policy.NeedsSecondLook(in memory, in stat))
        {
            Errno error = name.IsEmpty
                ? Files.Stat(directory, out StatxBuffer second, StatSync.Force, _source.Wanted)
                : Files.StatAt(directory, name, out second, StatSync.Force, _source.Wanted);
            if (!error.IsError)
            {
                AttributePolicy.Judge(ref memory, in stat, in second, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
            }
        }

        return memory;
    }

    /// <summary>
    /// Whether what is at a node's path is another file than the node's, so that it has to be another node. Of an open file: the same
    /// inode number is the same file, grown or not; another number is another file, unless the source numbers afresh at every look,
    /// for then nothing else has changed. After a restart numbers mean nothing. A changed link is another one: the kernel keeps its
    /// target as long as the node (FUSE_CACHE_SYMLINKS). What the kernel reads itself from a source that is gone cannot be joined by
    /// a file of the source that came back.
    /// </summary>
    private bool IsAnotherFile(NodeId node, in NodeMemory memory, in StatxBuffer stat)
    {
        bool unchanged = _policy.IsUnchanged(in memory, in stat);
        if (!_files.TryGetNewest(node, out OpenedContent open, out int generation, out bool isPassthrough))
        {
            return !unchanged && memory.Type == FileType.Symlink;
        }

        bool restarted = generation != _source.Tree?.Generation;
        return (restarted && (isPassthrough || !open.IsThatOf(in stat, memory.TimesDrift)))
            || (!unchanged && (open.IsGone || !open.Identity.IsSameFile(FileIdentity.Of(in stat))));
    }

    private ushort Generation => (ushort)(_source.Tree?.Generation ?? 0);

    /// <summary>
    /// Notes that the kernel is told of these attributes. It takes none from a request that began before it got others
    /// (fuse_change_attributes), so after a request that waited for the source's return it may still go by the size of before.
    /// </summary>
    private void NoteTold(in RequestContext context, ref NodeMemory memory, in StatxBuffer stat)
    {
        bool maybeNotTaken = context.IsRepeated && memory.ToldIn != 0 && memory.ToldIn != Generation;
        memory.ChangedSinceTold = maybeNotTaken && (memory.ChangedSinceTold || !_policy.IsUnchanged(in memory, in stat));
        memory.ToldIn = maybeNotTaken ? memory.ToldIn : Generation;
    }

    private void Settle(in RequestContext context, NodeId node, ref NodeMemory memory, ref StatxBuffer stat, bool deleted = false)
    {
        NoteTold(in context, ref memory, in stat);
        _policy.Apply(ref memory, ref stat, _nodes.InoOf(node), deleted);
        _nodes.Memorize(node, in memory);
        _stale.Remember(node, in stat);
    }
}
