using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;

namespace NlinkFs.Mirror;

public sealed partial class MirrorFileSystem
{
    /// <summary>"." and "..", which come first and are not the source's.</summary>
    private const ulong DotEntries = 2;

    private const int ReadScratch = 1 << 15;

    /// <inheritdoc/>
    public override Errno OpenDir(in RequestContext context, NodeId node, in OpenIn args, out OpenOut open)
    {
        open = default;
        Errno error = OpenDirectory(node, out Fd fd);
        if (!error.IsError)
        {
            open.Fh = _listings.Add(new DirectoryListing(fd));
        }

        return SourceErrors.ToKernel(error);
    }

    /// <inheritdoc/>
    public override Errno ReadDir(in RequestContext context, NodeId node, in ReadIn args, ref DirectoryWriter entries) =>
        ReadListing(node, in args, ref entries, plus: false);

    /// <inheritdoc/>
    public override Errno ReadDirPlus(in RequestContext context, NodeId node, in ReadIn args, ref DirectoryWriter entries) =>
        ReadListing(node, in args, ref entries, plus: true);

    /// <inheritdoc/>
    public override void ReleaseDir(NodeId node, FileHandleId fh) => _listings.Remove(fh)?.Dispose();

    private Errno OpenDirectory(NodeId node, out Fd fd)
    {
        fd = Fd.None;
        Errno error = _source.Enter(node, out DirectoryLease directory);
        if (!error.IsError)
        {
            error = Files.OpenAt(directory.Fd, "."u8, OpenFlags.ReadOnly | OpenFlags.Directory, out fd);
            directory.Dispose();
        }

        return error;
    }

    private Errno ReadListing(NodeId node, in ReadIn args, ref DirectoryWriter entries, bool plus)
    {
        if (_listings.Find(args.Fh) is not { } listing)
        {
            return Errno.EBADF;
        }

        lock (listing.Lock)
        {
            if (args.Offset == 0 && listing.Count > 0)
            {
                Errno error = OpenDirectory(node, out Fd fd);
                if (error.IsError)
                {
                    return SourceErrors.ToKernel(error);
                }

                listing.Restart(fd);
            }

            Errno result = Fill(listing, node, args.Offset, ref entries, plus);

            // What was written is good; the fault shows at the next read, where it belongs.
            return entries.Length > 0 ? Errno.None : SourceErrors.ToKernel(result);
        }
    }

    private Errno Fill(DirectoryListing listing, NodeId node, ulong offset, ref DirectoryWriter entries, bool plus)
    {
        if (offset == 0 && !entries.TryAdd("."u8, OwnIno(listing.Fd, node), (uint)FileType.Directory, ++offset))
        {
            return Errno.None;
        }

        if (offset == 1 && !entries.TryAdd(".."u8, _nodes.ParentInoOf(node), (uint)FileType.Directory, ++offset))
        {
            return Errno.None;
        }

        Span<byte> scratch = stackalloc byte[ReadScratch];
        Errno error;
        while (listing.TryGet(offset - DotEntries, scratch, out DirectoryRecord record, out error))
        {
            if (!entries.Fits(record.Name.Length))
            {
                return Errno.None;
            }

            offset++;
            if (plus)
            {
                AddWithAttributes(listing.Fd, node, in record, offset, ref entries);
            }
            else
            {
                FileType type = record.Type == FileType.Unknown ? AskType(listing.Fd, record.Name) : record.Type;
                _ = entries.TryAdd(record.Name, EntryIno(node, in record), (uint)type, offset);
            }
        }

        return error;
    }

    /// <summary>An entry whose attributes cannot be had is listed all the same, as one that was not looked up.</summary>
    private void AddWithAttributes(Fd directory, NodeId node, scoped in DirectoryRecord record, ulong offset, ref DirectoryWriter entries)
    {
        bool looked = !LookupIn(directory, node, record.Name, out EntryOut entry).IsError;
        ulong ino = looked ? entry.Attr.Ino : EntryIno(node, in record);
        uint type = looked ? entry.Attr.Mode >> 12 : (uint)record.Type;
        _ = entries.TryAdd(record.Name, ino, type, offset, in entry);
    }

    private ulong OwnIno(Fd directory, NodeId node) =>
        _options.Inodes == InodeMode.Source && !Files.Stat(directory, out StatxBuffer stat).IsError ? stat.Ino : _nodes.InoOf(node);

    private ulong EntryIno(NodeId node, in DirectoryRecord record) =>
        _options.Inodes == InodeMode.Source ? record.Ino : _nodes.InoFor(node, record.Name);

    private static FileType AskType(Fd directory, ReadOnlySpan<byte> name) =>
        Files.StatAt(directory, name, out StatxBuffer stat).IsError ? FileType.Unknown : stat.Type;
}
