using System.Text;
using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;
using NlinkFs.Testing;

namespace NlinkFs.TestSource;

/// <summary>
/// A file system made up from a tree and a <see cref="Behaviour"/>. Its root has one unlisted file, ".stats", with the operations
/// that reached it.
/// </summary>
internal sealed partial class SourceFileSystem(Item root, Behaviour behaviour, Observer observer) : FileSystem
{
    private const string StatsName = ".stats";
    private const ulong FirstChurnIno = 1ul << 63;
    private const ulong SharedIno = 4711;
    private const int BlockBytes = 512;

    private readonly NodeMap _nodes = new(root, behaviour.Inodes == Inodes.Churn);
    private readonly Item _stats = new(root, StatsName, ItemKind.File);
    private int _openedDirectories;

    public override Errno Lookup(in RequestContext context, NodeId parent, ReadOnlySpan<byte> name, out EntryOut entry)
    {
        Begin("LOOKUP");
        entry = default;
        if (_nodes.Find(parent) is not { } directory)
        {
            return Errno.ESTALE;
        }

        string text = Encoding.UTF8.GetString(name);
        Item? found = directory == root && text == StatsName ? _stats : directory.Find(text);
        if (found is null)
        {
            return Errno.ENOENT;
        }

        if (found.Broken)
        {
            return Errno.EIO;
        }

        entry = EntryOf(found);
        return Errno.None;
    }

    public override void Forget(NodeId node, ulong lookupCount) => _nodes.Forget(node, lookupCount);

    public override Errno GetAttr(in RequestContext context, NodeId node, in GetAttrIn args, out AttrOut attr)
    {
        Begin("GETATTR");
        attr = default;
        if (_nodes.Find(node) is not { } item)
        {
            return Errno.ESTALE;
        }

        (attr.AttrValid, attr.AttrValidNsec) = Ttl(behaviour.AttrTimeout);
        attr.Attr = AttrOf(item, node, inLookup: false);
        return Errno.None;
    }

    public override Errno Statx(in RequestContext context, NodeId node, in StatxIn args, out StatxOut stat)
    {
        Begin("STATX");
        stat = default;
        if (!behaviour.Births)
        {
            return Errno.ENOSYS;
        }

        if (_nodes.Find(node) is not { } item)
        {
            return Errno.ESTALE;
        }

        Attr attr = AttrOf(item, node, inLookup: false);
        (stat.AttrValid, stat.AttrValidNsec) = Ttl(behaviour.AttrTimeout);
        stat.Stat = new Statx
        {
            Mask = (uint)(StatxMask.BasicStats | StatxMask.Btime),
            Ino = attr.Ino,
            Size = attr.Size,
            Mode = (ushort)attr.Mode,
            Nlink = attr.Nlink,
            Blocks = attr.Blocks,
            Atime = new StatxTime { Seconds = (long)attr.Atime, Nanoseconds = attr.AtimeNsec },
            Mtime = new StatxTime { Seconds = (long)attr.Mtime, Nanoseconds = attr.MtimeNsec },
            Ctime = new StatxTime { Seconds = (long)attr.Ctime, Nanoseconds = attr.CtimeNsec },
            Btime = new StatxTime { Seconds = item.BirthTime },
        };
        return Errno.None;
    }

    public override Errno ReadLink(in RequestContext context, NodeId node, Span<byte> target, out int length)
    {
        Begin("READLINK");
        length = 0;
        return _nodes.Find(node) is not { Kind: ItemKind.Symlink } link ? Errno.EINVAL
            : Encoding.UTF8.TryGetBytes(link.Target, target, out length) ? Errno.None
            : Errno.ENAMETOOLONG;
    }

    public override Errno OpenDir(in RequestContext context, NodeId node, in OpenIn args, out OpenOut open)
    {
        Begin("OPENDIR");
        open = new OpenOut { Fh = new FileHandleId((ulong)Interlocked.Increment(ref _openedDirectories)) };
        return Errno.None;
    }

    public override Errno ReadDir(in RequestContext context, NodeId node, in ReadIn args, ref DirectoryWriter entries) =>
        List(node, args, ref entries, plus: false);

    public override Errno ReadDirPlus(in RequestContext context, NodeId node, in ReadIn args, ref DirectoryWriter entries) =>
        List(node, args, ref entries, plus: true);

    public override Errno Open(in RequestContext context, NodeId node, in OpenIn args, out OpenOut open)
    {
        Begin("OPEN");
        Item? item = _nodes.Find(node);
        open = new OpenOut { Fh = new FileHandleId(node.Value) };
        if (item == _stats)
        {
            open.OpenFlags = OpenOutFlags.DirectIo;
            return Errno.None;
        }

        if (((int)args.Flags & OpenFlags.AccessMode) != OpenFlags.ReadOnly)
        {
            observer.Modifies("OPEN-FOR-WRITING", item?.Path ?? "?");
            return Errno.EROFS;
        }

        if (behaviour.RefusesDirect && ((int)args.Flags & OpenFlags.Direct) != 0)
        {
            return Errno.EINVAL;
        }

        open.OpenFlags = behaviour.KeepCache ? OpenOutFlags.KeepCache : 0;
        return item is null ? Errno.ESTALE : Errno.None;
    }

    public override Errno Read(in RequestContext context, NodeId node, in ReadIn args, ReadReply reply)
    {
        if (_nodes.Find(node) is not { } item)
        {
            return Errno.ESTALE;
        }

        if (item == _stats)
        {
            ReadOnlySpan<byte> report = Encoding.UTF8.GetBytes(observer.Report());
            report = report[(int)Math.Min(args.Offset, (ulong)report.Length)..];
            reply.Count = Math.Min(report.Length, reply.Size);
            report[..reply.Count].CopyTo(reply.Buffer);
            return Errno.None;
        }

        Begin("READ");
        Pause(behaviour.ReadLatency);
        reply.Count = (int)Math.Clamp(item.Size - (long)args.Offset, 0, reply.Size);
        if ((long)args.Offset + reply.Count > item.FailAt)
        {
            return Errno.EIO;
        }

        Content.Fill(Content.KeyOf(item.Path, behaviour.Seed), (long)args.Offset, reply.Buffer[..reply.Count]);
        return Errno.None;
    }

    public override Errno GetXattr(in RequestContext context, NodeId node, ReadOnlySpan<byte> name, Span<byte> value, out int length)
    {
        Begin("GETXATTR");
        length = 0;
        return XattrError(Errno.ENODATA);
    }

    public override Errno ListXattr(in RequestContext context, NodeId node, Span<byte> list, out int length)
    {
        Begin("LISTXATTR");
        length = 0;
        return XattrError(Errno.None);
    }

    private Errno XattrError(Errno whenSupported) => behaviour.Xattrs switch
    {
        Xattrs.None => whenSupported,
        Xattrs.Failing => Errno.EIO,
        _ => Errno.ENOSYS,
    };

    public override Errno StatFs(in RequestContext context, NodeId node, out StatFsOut stat)
    {
        Begin("STATFS");
        stat = default;
        if (!behaviour.ZeroStatFs)
        {
            const ulong Blocks = 1 << 20;
            stat.Stat = new KStatFs { Blocks = Blocks, BlocksFree = Blocks / 2, BlocksAvailable = Blocks / 4, BlockSize = 4096, FragmentSize = 4096, NameLength = 255 };
        }

        return Errno.None;
    }

    private Errno List(NodeId node, in ReadIn args, ref DirectoryWriter entries, bool plus)
    {
        Begin(plus ? "READDIRPLUS" : "READDIR");
        if (_nodes.Find(node) is not { } directory)
        {
            return Errno.ESTALE;
        }

        for (int i = (int)args.Offset; EntryAt(directory, i, isOdd: args.Fh.Value % 2 == 1) is { } item; i++)
        {
            if (i >= directory.FailListingAt)
            {
                return entries.Length > 0 ? Errno.None : Errno.EIO;
            }

            byte[] name = Encoding.UTF8.GetBytes(item.Name);
            if (!entries.Fits(name.Length))
            {
                break;
            }

            // go-fuse's d_ino is a hash that has nothing to do with its st_ino; so is this.
            uint type = behaviour.UnknownTypes ? 0 : ModeOf(item) >> 12;
            EntryOut entry = plus && !item.Broken ? EntryOf(item) : default;
            ulong ino = PathIno(item) + (behaviour.WrongListedInodes ? 1u : 0);
            _ = entries.TryAdd(name, ino, type, (ulong)i + 1, in entry);
        }

        return Errno.None;
    }

    /// <summary>The entry at a place of a listing, or null at its end.</summary>
    private Item? EntryAt(Item directory, int index, bool isOdd)
    {
        int count = directory.Count;
        int place = behaviour.Listings switch
        {
            Listings.Reordered when isOdd => count - 1 - index,
            Listings.Lossy when isOdd => index + 1,
            Listings.Repeating when index == count && count > 0 => 0,
            _ => index,
        };
        return place >= 0 && place < count ? directory.At(place) : null;
    }

    private ulong PathIno(Item item) => behaviour.Inodes == Inodes.Shared && !item.IsDirectory ? SharedIno : Content.HashOf(item.Path);

    private EntryOut EntryOf(Item item)
    {
        NodeId node = _nodes.Lookup(item);
        EntryOut entry = new() { NodeId = node, Attr = AttrOf(item, node, inLookup: true) };
        (entry.EntryValid, entry.EntryValidNsec) = Ttl(behaviour.EntryTimeout);
        (entry.AttrValid, entry.AttrValidNsec) = Ttl(behaviour.AttrTimeout);
        return entry;
    }

    private Attr AttrOf(Item item, NodeId node, bool inLookup)
    {
        bool now = behaviour.Clocks == Clocks.Drift || (behaviour.Clocks == Clocks.LookupTrue && !inLookup);
        long ticks = DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks;
        ulong seconds = now ? (ulong)(ticks / TimeSpan.TicksPerSecond) : (ulong)item.TimeFor(behaviour.Seed);
        uint nanoseconds = now ? (uint)(ticks % TimeSpan.TicksPerSecond * 100) : 0;
        bool zero = behaviour.Links == LinkCounts.Zero || (behaviour.Links == LinkCounts.LookupZero && inLookup);
        return new Attr
        {
            Ino = item == root ? behaviour.ZeroRootIno ? 0 : NodeId.Root.Value
                : behaviour.Inodes == Inodes.Churn ? FirstChurnIno + node.Value
                : PathIno(item),
            Size = (ulong)item.Size,
            Blocks = behaviour.ZeroBlocks ? 0 : ((ulong)item.Size + BlockBytes - 1) / BlockBytes,
            Atime = seconds,
            Mtime = seconds,
            Ctime = seconds,
            AtimeNsec = nanoseconds,
            MtimeNsec = nanoseconds,
            CtimeNsec = nanoseconds,
            Mode = ModeOf(item),
            Nlink = zero ? 0 : item.IsDirectory ? 2u : 1u,
        };
    }

    private static uint ModeOf(Item item) => item.Kind switch
    {
        ItemKind.Directory => 0x41ED, // 040755
        ItemKind.Symlink => 0xA1FF, // 0120777
        _ => 0x81A4, // 0100644
    };

    private static (ulong Seconds, uint Nanoseconds) Ttl(TimeSpan time) =>
        ((ulong)time.TotalSeconds, (uint)(time.Ticks % TimeSpan.TicksPerSecond * 100));

    private void Begin(string operation)
    {
        observer.Count(operation);
        Pause(behaviour.Latency);
    }

    private static void Pause(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
        {
            Thread.Sleep(time);
        }
    }
}
