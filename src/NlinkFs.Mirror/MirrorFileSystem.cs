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
    private readonly AttributePolicy _policy;
    private readonly Passthrough _passthrough;
    private readonly OpenFileTable _files;
    private readonly ListingTable _listings = new();
    private readonly SnapshotCache _snapshots;
    private readonly SourcePace _pace = new();
    private readonly AttributeFetcher _fetcher;
    private readonly ListingFetcher _listingFetcher;
    private readonly long _fetchMaxAge;
    private bool _bypassesCache;
    private readonly Closer _closer = new();
    private readonly Ttl _entryTtl;
    private readonly Ttl _attrTtl;
    private readonly Ttl _negativeTtl;

    private MirrorFileSystem(Fd root, string fileSystemType, MirrorOptions options, InodeHash hash, IMirrorLog log)
    {
        DataPath = DataPath.Choose(options.Io, root, fileSystemType);
        _passthrough = new Passthrough(log);
        _files = new OpenFileTable(_passthrough);
        _options = options;
        _nodes = new NodeTable(hash);
        _source = new Source(root, fileSystemType, _nodes, TimeSpan.FromSeconds(Math.Min(options.EntryTimeout.TotalSeconds, 1)));
        _policy = new AttributePolicy(options);
        _snapshots = new SnapshotCache(options.EntryTimeout);
        FetchThreads threads = new();
        _fetcher = new AttributeFetcher(_source, threads);
        _listingFetcher = new ListingFetcher(_source, _nodes, _snapshots, _pace, threads);
        _fetchMaxAge = (long)Math.Min(options.EntryTimeout.TotalMilliseconds, options.AttrTimeout.TotalMilliseconds);
        _entryTtl = new Ttl(options.EntryTimeout);
        _attrTtl = new Ttl(options.AttrTimeout);
        _negativeTtl = new Ttl(options.NegativeTimeout);
    }

    /// <summary>Who reads the source's files, and why.</summary>
    public DataPath DataPath { get; }

    /// <summary>Nodes the kernel remembers, the root included.</summary>
    public int RememberedNodes => _nodes.Count;

    /// <summary>Files open now.</summary>
    public int OpenFiles => _files.Count;

    /// <summary>Opens a source directory and prepares to mirror it.</summary>
    /// <param name="path">The directory; absolute or relative to the working directory.</param>
    /// <param name="options">How to present it.</param>
    /// <param name="mirror">The file system, to be served and disposed.</param>
    /// <param name="log">Told what an operator should know.</param>
    /// <returns>The errno of opening the directory, ENOTDIR for a file.</returns>
    public static Errno Open(ReadOnlySpan<byte> path, MirrorOptions options, IMirrorLog log, out MirrorFileSystem? mirror)
    {
        mirror = null;
        Errno error = Source.OpenRoot(path, out Fd root, out string fileSystemType);
        if (!error.IsError)
        {
            mirror = new MirrorFileSystem(root, fileSystemType, options, default, log);
        }

        return error;
    }

    /// <inheritdoc/>
    public override void Initialized(in NegotiatedSession session, BackingFiles backing, Notifier notifier)
    {
        _passthrough.Begin(in session, backing);

        // Without it, files read past the cache cannot be mapped shared.
        _bypassesCache = session.Features.HasFlag(InitFlags.DirectIoAllowMmap);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _source.Dispose();
        _closer.Dispose();
    }

    /// <inheritdoc/>
    public override void Forget(NodeId node, ulong lookupCount) => _nodes.Forget(node, lookupCount);

    /// <inheritdoc/>
    public override Errno StatFs(in RequestContext context, NodeId node, out StatFsOut stat)
    {
        Errno error = Files.StatFs(_source.Root, out StatFsBuffer buffer);
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
        return SourceErrors.ToKernel(error);
    }

    /// <summary>A time to live as the protocol has it.</summary>
    private readonly record struct Ttl(ulong Seconds, uint Nanoseconds)
    {
        internal Ttl(TimeSpan span)
            : this((ulong)span.TotalSeconds, (uint)(span.Ticks % TimeSpan.TicksPerSecond * 100))
        {
        }

        internal bool IsZero => Seconds == 0 && Nanoseconds == 0;

        /// <summary>What is left of it for an answer that was had some time ago.</summary>
        internal Ttl After(long milliseconds) => milliseconds == 0
            ? this
            : new Ttl(TimeSpan.FromMilliseconds(Math.Max(0, (Seconds * 1000) + (Nanoseconds / 1_000_000) - (ulong)milliseconds)));
    }
}
