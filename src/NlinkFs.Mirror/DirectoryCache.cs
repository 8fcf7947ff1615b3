using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>
/// O_PATH descriptors of the source's directories that were used last. Bounded, whatever the size of the tree; each is opened
/// anew after a while, so that a directory that was renamed or replaced in the source does not linger.
/// </summary>
internal sealed class DirectoryCache(int capacity, TimeSpan maxAge) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<NodeId, int> _slots = new(capacity); // guarded by _lock, as all below
    private readonly Entry[] _entries = new Entry[capacity];
    private int _hand;
    private int _filled;
    private bool _disposed;

    /// <summary>Makes a lease one of another directory, if that is here and fresh.</summary>
    internal bool TryBorrow(NodeId directory, ref DirectoryLease lease)
    {
        lock (_lock)
        {
            if (!_slots.TryGetValue(directory, out int slot))
            {
                return false;
            }

            ref Entry entry = ref _entries[slot];
            if (Environment.TickCount64 - entry.OpenedAt >= (long)maxAge.TotalMilliseconds)
            {
                Evict(slot);
                return false;
            }

            entry.Borrowed++;
            entry.RecentlyUsed = true;
            lease.Become(entry.Fd, slot);
            return true;
        }
    }

    /// <summary>Takes over a descriptor just opened and lends it; when no place is free the borrower closes it after use.</summary>
    internal void Add(NodeId directory, Fd fd, ref DirectoryLease lease)
    {
        int slot = DirectoryLease.Unshared;
        lock (_lock)
        {
            if (!_disposed && !_slots.ContainsKey(directory) && TryFindPlace(out slot))
            {
                _entries[slot] = new Entry
                {
                    Directory = directory,
                    Fd = fd,
                    Borrowed = 1,
                    RecentlyUsed = true,
                    OpenedAt = Environment.TickCount64,
                };
                _slots.Add(directory, slot);
            }
        }

        lease.Become(fd, slot);
    }

    internal void GiveBack(int slot)
    {
        lock (_lock)
        {
            ref Entry entry = ref _entries[slot];
            entry.Borrowed--;
            if (entry.Borrowed == 0 && entry.Evicted)
            {
                entry.Fd.Close();
                entry = default;
            }
        }
    }

    /// <summary>Closes what is too old to be used again, so that nothing is held of a directory nobody asks for.</summary>
    internal void Sweep() => EvictAll(olderThan: (long)maxAge.TotalMilliseconds);

    /// <summary>Closes all, or has the borrowers do so; each is opened anew by whoever needs it.</summary>
    internal void Clear() => EvictAll(olderThan: -1);

    /// <summary>Closes all, or has the borrowers do so. From here on nothing is kept.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        EvictAll(olderThan: -1);
    }

    private void EvictAll(long olderThan)
    {
        lock (_lock)
        {
            for (int slot = 0; slot < _filled; slot++)
            {
                ref Entry entry = ref _entries[slot];
                if (entry.Directory != NodeId.None && !entry.Evicted && Environment.TickCount64 - entry.OpenedAt > olderThan)
                {
                    Evict(slot);
                }
            }
        }
    }

    /// <summary>An empty place, or one freed by the clock: whoever was used since the hand last passed gets another round.</summary>
    private bool TryFindPlace(out int slot)
    {
        if (_filled < _entries.Length)
        {
            slot = _filled++;
            return true;
        }

        for (int step = 0; step < 2 * _entries.Length; step++)
        {
            slot = _hand;
            _hand = (_hand + 1) % _entries.Length;
            ref Entry entry = ref _entries[slot];
            if (entry.Directory == NodeId.None)
            {
                return true;
            }

            if (entry.RecentlyUsed)
            {
                entry.RecentlyUsed = false;
            }
            else if (entry.Borrowed == 0)
            {
                Evict(slot);
                return true;
            }
        }

        slot = DirectoryLease.Unshared;
        return false;
    }

    private void Evict(int slot)
    {
        ref Entry entry = ref _entries[slot];
        _slots.Remove(entry.Directory);
        if (entry.Borrowed == 0)
        {
            entry.Fd.Close();
            entry = default;
        }
        else
        {
            entry.Evicted = true;
        }
    }

    private struct Entry
    {
        internal NodeId Directory;
        internal Fd Fd;
        internal int Borrowed;
        internal bool RecentlyUsed;
        internal bool Evicted;
        internal long OpenedAt;
    }
}

/// <summary>The use of a directory's descriptor, and with it of its tree, for the length of one call.</summary>
internal ref struct DirectoryLease
{
    /// <summary>The place of a descriptor that only its borrower has.</summary>
    internal const int Unshared = -1;

    private const int TreesRoot = -2;

    private SourceTree? _tree;
    private int _slot;

    /// <summary>The directory.</summary>
    internal Fd Fd { get; private set; }

    /// <summary>What it is a directory of.</summary>
    internal readonly SourceTree Tree => _tree!;

    /// <summary>Takes over one use of a tree and lends its root.</summary>
    internal static DirectoryLease OfRoot(SourceTree tree) => new() { _tree = tree, Fd = tree.Root, _slot = TreesRoot };

    /// <summary>Gives the directory back and takes another one instead.</summary>
    internal void Become(Fd fd, int slot)
    {
        GiveBack();
        Fd = fd;
        _slot = slot;
    }

    /// <summary>Ends the use.</summary>
    internal void Dispose()
    {
        if (_tree is { } tree)
        {
            GiveBack();
            _tree = null;
            tree.EndUse();
        }
    }

    private readonly void GiveBack()
    {
        if (_slot == Unshared)
        {
            Fd.Close();
        }
        else if (_slot != TreesRoot)
        {
            _tree!.Directories.GiveBack(_slot);
        }
    }
}
