using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;

namespace NlinkFs.Mirror;

public sealed partial class MirrorFileSystem
{
    /// <summary>"." and "..", which come first and are not the source's.</summary>
    private const ulong DotEntries = 2;

    /// <summary>How far a directory of a slow source is read on at once.</summary>
    private const int EagerEntries = 4096;

    /// <summary>What takes longer to list than so many milliseconds is read on as it is asked for: a call has its deadline.</summary>
    private const long LongestOpening = 500;

    /// <summary>
    /// Reads the directory, too, so that a listing that fails does so here: smbd takes an error of readdir(3) for the end, and would show its
    /// clients a directory in which things are missing (vfswrap_readdir).
    /// </summary>
    public override Errno OpenDir(in RequestContext context, NodeId node, in OpenIn args, out OpenOut open)
    {
        open = default;
        if (_pace.IsSlow && _fetchMaxAge > 0)
        {
            _listingFetcher.Walk(node);
            _listingFetcher.Await(node);
        }

        if ((_snapshots.Fresh(node) ?? (_source.IsAway ? _stale.Listing(node) : null)) is { } snapshot)
        {
            open.Fh = _listings.Add(new DirectoryListing(snapshot));
            return Errno.None;
        }

        Errno error = _source.OpenDirectory(node, out SourceFile? file);
        if (!error.IsError)
        {
            DirectoryListing listing = new(file!);
            open.Fh = _listings.Add(listing);
            KeepOnlyWhatIsThere(file!);
            error = ReadAtOpen(listing, node);
            if (error.IsError)
            {
                _listings.Remove(open.Fh)?.Dispose();
            }
        }

        return SourceErrors.ToKernel(error);
    }

    private Errno ReadAtOpen(DirectoryListing listing, NodeId node)
    {
        Errno error = listing.ReadUpTo(int.MaxValue, LongestOpening, stackalloc byte[DirectoryListing.ReadSize], _pace);
        if (listing.Snapshot.IsComplete)
        {
            Keep(node, listing.Snapshot);
        }

        return error;
    }

    private void Keep(NodeId node, DirectorySnapshot complete)
    {
        _snapshots.Add(node, complete);
        _stale.Remember(node, complete);
    }

    /// <inheritdoc/>
    public override Errno ReadDir(in RequestContext context, NodeId node, in ReadIn args, ref DirectoryWriter entries) =>
        ReadListing(in context, node, in args, ref entries, plus: false);

    /// <inheritdoc/>
    public override Errno ReadDirPlus(in RequestContext context, NodeId node, in ReadIn args, ref DirectoryWriter entries) =>
        ReadListing(in context, node, in args, ref entries, plus: true);

    /// <inheritdoc/>
    public override void ReleaseDir(NodeId node, FileHandleId fh) => _listings.Remove(fh)?.Dispose();

    private Errno ReadListing(in RequestContext context, NodeId node, in ReadIn args, ref DirectoryWriter entries, bool plus)
    {
        if (_listings.Find(args.Fh) is not { } listing)
        {
            return Errno.EBADF;
        }

        lock (listing.Lock)
        {
            // rewinddir(3) has to show what is new.
            bool rewound = args.Offset == 0 && listing.HasBeenRead;
            if (rewound || listing.IsCutOff)
            {
                Errno error = _source.OpenDirectory(node, out SourceFile? file);
                if (error.IsError)
                {
                    return SourceErrors.ToKernel(error);
                }

                if (rewound)
                {
                    listing.Restart(file!);
                }
                else
                {
                    listing.Resume(file!);
                }

                KeepOnlyWhatIsThere(file!);
            }

            bool wasComplete = listing.Snapshot.IsComplete;
            Errno result = Fill(in context, listing, node, args.Offset, ref entries, plus);
            if (!wasComplete && listing.Snapshot.IsComplete)
            {
                Keep(node, listing.Snapshot);
            }

            listing.Snapshot.IsShown |= listing.Snapshot.IsComplete && entries.Length == 0;

            // What was written is good; the fault shows at the next read, where it belongs.
            return entries.Length > 0 ? Errno.None : SourceErrors.ToKernel(result);
        }
    }

    private Errno Fill(in RequestContext context, DirectoryListing listing, NodeId node, ulong offset, ref DirectoryWriter entries, bool plus)
    {
        listing.HasBeenRead = true;
        Span<byte> scratch = stackalloc byte[DirectoryListing.ReadSize];
        bool first = offset == 0;
        if (offset == 0 && !entries.TryAdd("."u8, OwnIno(node), (uint)FileType.Directory, ++offset))
        {
            return Errno.None;
        }

        if (offset == 1 && !entries.TryAdd(".."u8, _nodes.ParentInoOf(node), (uint)FileType.Directory, ++offset))
        {
            return Errno.None;
        }

        Errno error;
        DirectoryLease directory = default;
        bool attributes = plus && listing.TryGet(offset - DotEntries, scratch, _pace, out _, out _) && !listing.Snapshot.IsShown
            && !_source.Enter(node, out directory).IsError;
        if (listing.IsDear)
        {
            // Listing costs a call an entry already, and asking about entries in between would make it cost that for all.
            _ = listing.ReadUpTo((int)offset + EagerEntries, DirectoryListing.NoLimit, scratch, _pace);
        }

        while (listing.TryGet(offset - DotEntries, scratch, _pace, out DirectoryRecord record, out error) && entries.Fits(record.Name.Length))
        {
            int index = (int)(offset++ - DotEntries);
            if (attributes)
            {
                bool slow = AddWithAttributes(in context, directory.Fd, listing.Snapshot, index, node, offset, ref entries);

                // The kernel asks for attributes with the first piece of every listing (READDIRPLUS_AUTO), wanted or not: where they are dear it
                // does without. Who wants them looks the entries up next and is kept ahead of. Later pieces are asked for by somebody who does.
                attributes = !(slow && first);
                if (slow && !first)
                {
                    _fetcher.Fetch(node, listing.Snapshot, index + 1, EntriesThatFit(listing.Snapshot, index + 1, in entries));
                }
            }
            else
            {
                // Programs cope with a type that is not told; a slow source is not asked for each.
                FileType type = record.Type == FileType.Unknown && !_pace.IsSlow ? AskType(node, record.Name) : record.Type;
                _ = entries.TryAdd(record.Name, EntryIno(node, in record), (uint)type, offset);
            }
        }

        directory.Dispose();
        return error;
    }

    private static int EntriesThatFit(DirectorySnapshot snapshot, int from, in DirectoryWriter entries)
    {
        int room = entries.Room;
        int to = from;
        while (to < snapshot.Count && (room -= entries.RecordSize(snapshot[to].Name.Length)) >= 0)
        {
            to++;
        }

        return to;
    }

    /// <summary>An entry whose attributes cannot be had is listed all the same, as one that was not looked up.</summary>
    /// <returns>Whether asking for them was slow.</returns>
    private bool AddWithAttributes(
        in RequestContext context, Fd directory, DirectorySnapshot snapshot, int index, NodeId node, ulong offset, ref DirectoryWriter entries)
    {
        DirectoryRecord record = snapshot[index];
        bool slow = false;
        if (!TryTake(snapshot, index, out Errno error, out StatxBuffer stat, out long age))
        {
            error = StatTimed(directory, record.Name, out stat, out slow);
        }

        EntryOut entry = default;
        bool looked = !error.IsError && !EnterName(in context, directory, node, record.Name, ref stat, age, out entry).IsError;
        ulong ino = looked ? entry.Attr.Ino : EntryIno(node, in record);
        uint type = looked ? entry.Attr.Mode >> 12 : (uint)record.Type;
        _ = entries.TryAdd(record.Name, ino, type, offset, in entry);
        return slow;
    }

    private ulong OwnIno(NodeId node)
    {
        ulong ino = _nodes.InoOf(node);
        if (_options.Inodes == InodeMode.Source && !_source.Enter(node, out DirectoryLease directory).IsError)
        {
            ino = Files.Stat(directory.Fd, out StatxBuffer stat).IsError ? ino : stat.Ino;
            directory.Dispose();
        }

        return ino;
    }

    private ulong EntryIno(NodeId node, in DirectoryRecord record) =>
        _options.Inodes == InodeMode.Source ? record.Ino : _nodes.InoFor(node, record.Name);

    private FileType AskType(NodeId directory, ReadOnlySpan<byte> name)
    {
        FileType type = FileType.Unknown;
        if (!_source.Enter(directory, out DirectoryLease lease).IsError)
        {
            type = Files.StatAt(lease.Fd, name, out StatxBuffer stat).IsError ? FileType.Unknown : stat.Type;
            lease.Dispose();
        }

        return type;
    }
}
