using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;

namespace NlinkFs.Mirror;

/// <summary>
/// A read-only mirror of another file system with attributes that servers accept. A node is a path; the source is asked by name
/// for every answer the kernel does not keep; what it says goes through <see cref="AttributePolicy"/>.
/// </summary>
public sealed partial class MirrorFileSystem : FileSystem, IDisposable
{
    private readonly MirrorOptions _options;
    private readonly NodeTable _nodes;
    private readonly Source _source;
    private readonly SourceKeeper _keeper;
    private readonly SourceWatch _watch;
    private readonly IMirrorLog _log;
    private readonly AttributePolicy _policy;
    private readonly Passthrough _passthrough;
    private readonly OpenFileTable _files;
    private readonly ListingTable _listings = new();
    private readonly SnapshotCache _snapshots;
    private readonly SourcePace _pace = new();
    private readonly AttributeFetcher _fetcher;
    private readonly ListingFetcher _listingFetcher;
    private readonly long _fetchMaxAge;
    private readonly StaleMemory _stale;
    private Notifier? _notifier;
    private bool _bypassesCache;
    private bool _hasEpoch;
    private bool _canExpire;
    private long _ioErrors;
    private readonly Ttl _entryTtl;
    private readonly Ttl _attrTtl;
    private readonly Ttl _negativeTtl;

    private MirrorFileSystem(byte[] path, MirrorOptions options, InodeHash hash, IMirrorLog log)
    {
        (_options, _log) = (options, log);
        _nodes = new NodeTable(hash);
        _source = new Source(_nodes);
        _keeper = new SourceKeeper(_source, options, log) { OnLost = LetGo, OnReturn = Return };
        _watch = new SourceWatch(path, options.Expectation, _source, _keeper) { OnTick = Tidy };
        _passthrough = new Passthrough(log);
        _files = new OpenFileTable(_passthrough);
        _policy = new AttributePolicy(options);
        _snapshots = new SnapshotCache(options.EntryTimeout);
        _stale = new StaleMemory(everything: options.StaleListing);
        FetchThreads threads = new();
        _fetcher = new AttributeFetcher(_source, threads);
        _listingFetcher = new ListingFetcher(_source, _nodes, _snapshots, _pace, threads);
        _fetchMaxAge = (long)Math.Min(options.EntryTimeout.TotalMilliseconds, options.AttrTimeout.TotalMilliseconds);
        _entryTtl = new Ttl(options.EntryTimeout);
        _attrTtl = new Ttl(options.AttrTimeout);
        _negativeTtl = new Ttl(options.NegativeTimeout);
    }

    /// <summary>Who reads the source's files, and why.</summary>
    public DataPath DataPath { get; private set; } = new(false, 0, "");

    /// <summary>How it is with the source.</summary>
    public SourceStatus SourceStatus => _keeper.Status;

    /// <summary>Open files that were opened again after the source came back, so far.</summary>
    public long ReopenedFiles => _files.Reopened;

    /// <summary>How often an attribute of the source was corrected so far.</summary>
    public long Corrected(Correction kind) => _policy.Corrections.Of(kind);

    /// <summary>Requests answered EIO so far.</summary>
    public long IoErrors => Interlocked.Read(ref _ioErrors);

    /// <summary>Nodes the kernel remembers, the root included.</summary>
    public int RememberedNodes => _nodes.Count;

    /// <summary>Files open now.</summary>
    public int OpenFiles => _files.Count;

    /// <summary>
    /// Finds a source and prepares to mirror it. One that is there and does not answer in time is mirrored all the same: requests wait for it.
    /// </summary>
    /// <param name="path">Its directory; absolute, links resolved.</param>
    /// <param name="options">How to present it.</param>
    /// <param name="log">Told what an operator should know.</param>
    /// <param name="patience">How long it may take to answer.</param>
    /// <param name="mirror">The file system, to be served and disposed.</param>
    /// <param name="reason">Why it is not there, or does not answer yet; empty otherwise.</param>
    /// <returns>None, ETIMEDOUT while it does not answer, or, without a mirror, the errno that goes with the reason.</returns>
    public static Errno Open(byte[] path, MirrorOptions options, IMirrorLog log, TimeSpan patience, out MirrorFileSystem? mirror, out string reason)
    {
        mirror = new MirrorFileSystem(path, options, default, log);
        Errno error = mirror._watch.Begin(patience, out reason);
        if (error.IsError && error != Errno.ETIMEDOUT)
        {
            mirror.Dispose();
            mirror = null;
            return error;
        }

        mirror.DataPath = DataPath.Choose(options.Io, mirror._source.Tree);
        mirror._watch.Start();
        return error;
    }

    /// <inheritdoc/>
    public override void Initialized(in NegotiatedSession session, BackingFiles backing, Notifier notifier)
    {
        _notifier = notifier;
        _passthrough.Begin(in session, backing);
        _hasEpoch = session.Minor >= Notifier.EpochMinor;
        _canExpire = session.Features.HasFlag(InitFlags.HasExpireOnly);

        // Without it, files read past the cache cannot be mapped shared.
        _bypassesCache = session.Features.HasFlag(InitFlags.DirectIoAllowMmap);
    }

    /// <summary>After disposal: whether files of the source were left open, because closing them would hang with it.</summary>
    public bool SourceHangs { get; private set; }

    /// <summary>Gives back what a walk has left: a daemon that then has nothing to do would keep it, since collections come with allocations.</summary>
    private void Tidy()
    {
        _files.Sweep();
        if (_snapshots.Sweep())
        {
            GC.Collect(generation: 2, GCCollectionMode.Aggressive);
        }
    }

    /// <summary>From here on nobody waits for a lost source, which would keep the mount busy.</summary>
    public void EndWaiting() => _keeper.EndWaiting();

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Dispose();
        _keeper.EndWaiting();
        SourceHangs = _keeper.IsHanging();
        if (!SourceHangs)
        {
            _keeper.Dispose();
        }
    }

    /// <inheritdoc/>
    public override void Forget(NodeId node, ulong lookupCount)
    {
        _nodes.Forget(node, lookupCount);
        if (_nodes.InoOf(node) == 0)
        {
            _stale.Forget(node);
        }
    }

    /// <inheritdoc/>
    public override Errno StatFs(in RequestContext context, NodeId node, out StatFsOut stat)
    {
        StatFsBuffer buffer = _keeper.StatFs();
        _policy.Apply(ref buffer);
        stat = new StatFsOut
        {
            Stat = new KStatFs
            {
                Blocks = buffer.Blocks,
                BlocksFree = buffer.BlocksFree,
                BlocksAvailable = buffer.BlocksAvailable,
                Files = buffer.Files,
                FilesFree = buffer.FilesFree,
                BlockSize = (uint)buffer.BlockSize,
                NameLength = (uint)buffer.NameLength,
                FragmentSize = (uint)buffer.FragmentSize,
            },
        };
        return Errno.None;
    }
}
