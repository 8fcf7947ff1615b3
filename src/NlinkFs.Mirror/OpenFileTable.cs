using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>
/// The files held open for the kernel, by handle and by node. A handle holds its slot and the number of the slot's use, so that a
/// stale one finds nothing.
/// </summary>
/// <remarks>
/// One lock, never held across a call that blocks. All open files of a node are read the same way, with the same backing id: the
/// kernel refuses to mix them (fuse_inode_uncached_io_start, fuse_inode_backing_set). So the first decides, and the last one to go
/// unregisters.
/// </remarks>
internal sealed class OpenFileTable(Passthrough passthrough)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<NodeId, int> _ofNode = []; // guarded by _lock, as all below: the newest open file of a node
    private OpenFile[] _files = new OpenFile[16];
    private int _firstFree;
    private int _used = 1;

    /// <summary>Open files now.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return field;
            }
        }

        private set;
    }

    /// <summary>Takes over an open descriptor.</summary>
    /// <param name="node">What it is open on.</param>
    /// <param name="fd">The source's file.</param>
    /// <param name="identity">Which file that is.</param>
    /// <param name="backingId">What the kernel is to be told; 0 when the daemon reads the file.</param>
    internal FileHandleId Add(NodeId node, Fd fd, in FileIdentity identity, out int backingId)
    {
        lock (_lock)
        {
            int newest = _ofNode.GetValueOrDefault(node);
            backingId = newest != 0 ? _files[newest].BackingId : passthrough.Register(fd);
            int slot = _firstFree;
            if (slot != 0)
            {
                _firstFree = _files[slot].Next;
            }
            else
            {
                slot = _used++;
                if (slot == _files.Length)
                {
                    Array.Resize(ref _files, _files.Length * 2);
                }
            }

            uint use = _files[slot].Use;
            _files[slot] = new OpenFile
            {
                Use = use,
                Node = node,
                Fd = fd,
                Identity = identity,
                BackingId = backingId,
                Next = newest,
            };
            _ofNode[node] = slot;
            Count++;
            return HandleOf(slot);
        }
    }

    /// <summary>The descriptor of a handle; it stays open until the handle is removed.</summary>
    internal bool TryGet(FileHandleId handle, out Fd fd)
    {
        lock (_lock)
        {
            return TryGet(handle, out fd, out _);
        }
    }

    /// <summary>The descriptor for a read that begins, whether the kernel reads the file itself, and what to read ahead if that is worth it.</summary>
    internal bool TryBeginRead(FileHandleId handle, long offset, int size, out Fd fd, out bool isPassthrough, out (long Start, long Length) ahead)
    {
        lock (_lock)
        {
            ahead = default;
            bool found = TryGet(handle, out fd, out int slot);
            isPassthrough = found && _files[slot].BackingId != 0;
            if (found && !isPassthrough && _files[slot].Ahead.Plan(offset, size, out long start, out long length))
            {
                ahead = (start, length);
            }

            return found;
        }
    }

    /// <summary>A read has ended.</summary>
    internal void EndRead(FileHandleId handle, long offset, double milliseconds)
    {
        lock (_lock)
        {
            if (TryFind(handle, out int slot))
            {
                _files[slot].Ahead.Note(offset, milliseconds);
            }
        }
    }

    /// <summary>What the newest open file of a node is.</summary>
    internal bool TryGetIdentity(NodeId node, out FileIdentity identity)
    {
        lock (_lock)
        {
            bool found = _ofNode.TryGetValue(node, out int slot);
            identity = found ? _files[slot].Identity : default;
            return found;
        }
    }

    /// <summary>Borrows the newest open file of a node: a RELEASE meanwhile leaves it open until <see cref="GiveBack"/>.</summary>
    internal bool TryBorrow(NodeId node, out FileHandleId handle, out Fd fd)
    {
        lock (_lock)
        {
            bool found = _ofNode.TryGetValue(node, out int slot);
            handle = found ? HandleOf(slot) : default;
            fd = found ? _files[slot].Fd : Fd.None;
            if (found)
            {
                _files[slot].Borrowers++;
            }

            return found;
        }
    }

    /// <summary>Ends a borrow. The descriptor is the caller's to close when it was removed meanwhile.</summary>
    internal bool GiveBack(FileHandleId handle, out Fd orphan)
    {
        lock (_lock)
        {
            int slot = (int)(uint)handle.Value;
            ref OpenFile file = ref _files[slot];
            file.Borrowers--;
            bool last = file.Removed && file.Borrowers == 0;
            orphan = last ? file.Fd : Fd.None;
            if (last)
            {
                Free(slot);
            }

            return last;
        }
    }

    /// <summary>Gives a handle up. True when the caller owns the descriptor from here; a borrower closes it otherwise.</summary>
    internal bool TryRemove(FileHandleId handle, out Fd fd)
    {
        lock (_lock)
        {
            fd = Fd.None;
            if (!TryFind(handle, out int slot))
            {
                return false;
            }

            ref OpenFile file = ref _files[slot];
            Unchain(file.Node, slot);
            Count--;
            if (!_ofNode.ContainsKey(file.Node))
            {
                passthrough.Unregister(file.BackingId);
            }

            if (file.Borrowers > 0)
            {
                file.Removed = true;
                return false;
            }

            fd = file.Fd;
            Free(slot);
            return true;
        }
    }

    private bool TryGet(FileHandleId handle, out Fd fd, out int slot)
    {
        bool found = TryFind(handle, out slot);
        fd = found ? _files[slot].Fd : Fd.None;
        return found;
    }

    private FileHandleId HandleOf(int slot) => new(((ulong)_files[slot].Use << 32) | (uint)slot);

    private void Free(int slot)
    {
        _files[slot] = new OpenFile { Use = _files[slot].Use + 1, Next = _firstFree, Fd = Fd.None };
        _firstFree = slot;
    }

    private bool TryFind(FileHandleId handle, out int slot)
    {
        slot = (int)(uint)handle.Value;
        return slot > 0 && slot < _used && _files[slot].Node != NodeId.None && !_files[slot].Removed
            && _files[slot].Use == (uint)(handle.Value >> 32);
    }

    private void Unchain(NodeId node, int slot)
    {
        int next = _files[slot].Next;
        int at = _ofNode[node];
        if (at != slot)
        {
            while (_files[at].Next != slot)
            {
                at = _files[at].Next;
            }

            _files[at].Next = next;
        }
        else if (next != 0)
        {
            _ofNode[node] = next;
        }
        else
        {
            _ofNode.Remove(node);
        }
    }

    private struct OpenFile
    {
        internal NodeId Node;
        internal FileIdentity Identity;
        internal Fd Fd;
        internal ReadAhead Ahead;
        internal int BackingId;
        internal uint Use;
        internal int Next;
        internal int Borrowers;
        internal bool Removed;
    }
}

/// <summary>The source's own idea of which file this is. Where inode numbers are made up at every look it means nothing.</summary>
/// <param name="Ino">The source's inode number.</param>
/// <param name="BirthSeconds">When the file was made, or 0: numbers of deleted files are used again at once.</param>
/// <param name="BirthNanoseconds">And nanoseconds.</param>
internal readonly record struct FileIdentity(ulong Ino, long BirthSeconds, uint BirthNanoseconds)
{
    internal static FileIdentity Of(in StatxBuffer stat) => stat.Mask.HasFlag(StatxMask.Btime)
        ? new(stat.Ino, stat.Btime.Seconds, stat.Btime.Nanoseconds)
        : new(stat.Ino, 0, 0);

    /// <summary>Births count when both are known.</summary>
    internal bool IsSameFile(in FileIdentity other) =>
        this == other || (Ino == other.Ino && (BirthSeconds == 0 || other.BirthSeconds == 0));
}
