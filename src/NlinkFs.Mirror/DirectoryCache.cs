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

    /// <summary>Borrows the descriptor of a directory, if it is here and fresh.</summary>
    internal bool TryBorrow(NodeId directory, out DirectoryLease lease)
    {
        lock (_lock)
        {
            lease = default;
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
            lease = new DirectoryLease(entry.Fd, this, slot);
            return true;
        }
    }

    /// <summary>Takes over a descriptor just opened and lends it; when no place is free the borrower closes it after use.</summary>
    internal DirectoryLease Add(NodeId directory, Fd fd)
    {
        lock (_lock)
        {
            if (!_slots.ContainsKey(directory) && TryFindPlace(out int slot))
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
                return new DirectoryLease(fd, this, slot);
            }
        }

        return new DirectoryLease(fd, this, DirectoryLease.Unshared);
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

    public void Dispose()
    {
        lock (_lock)
        {
            for (int slot = 0; slot < _filled; slot++)
            {
                if (_entries[slot].Directory != NodeId.None && !_entries[slot].Evicted)
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

        slot = -1;
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

/// <summary>The use of a directory's descriptor for the length of one call.</summary>
internal readonly ref struct DirectoryLease(Fd fd, DirectoryCache? cache, int slot)
{
    /// <summary>The place of a descriptor that only its borrower has.</summary>
    internal const int Unshared = -1;

    /// <summary>The directory.</summary>
    internal Fd Fd => fd;

    /// <summary>Lends a descriptor that somebody else keeps open.</summary>
    internal static DirectoryLease Of(Fd fd) => new(fd, null, 0);

    /// <summary>Ends the use.</summary>
    internal void Dispose()
    {
        if (cache is null)
        {
            return;
        }

        if (slot == Unshared)
        {
            fd.Close();
        }
        else
        {
            cache.GiveBack(slot);
        }
    }
}
