using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>
/// Complete listings read lately: while a listing's time to live lasts the source is not asked for it again; a little longer, it
/// tells what somebody who walks the directory will look up next.
/// </summary>
internal sealed class SnapshotCache(TimeSpan timeToLive)
{
    private const int MaxSnapshots = 512;
    private const int MaxEntries = 1 << 16;

    /// <summary>Entries whose memory is worth a collection.</summary>
    private const int Much = 10_000;

    /// <summary>How long a walk may take from one entry to the next, milliseconds.</summary>
    private const long WalkMilliseconds = 5000;

    private readonly Lock _lock = new();
    private readonly Dictionary<NodeId, DirectorySnapshot> _snapshots = []; // guarded by _lock, as all below
    private readonly Queue<(NodeId Directory, DirectorySnapshot Snapshot)> _byAge = new();
    private int _entries;
    private long _clearedAt = -1;

    /// <summary>Keeps a listing, unless all were forgotten while it was read.</summary>
    internal void Add(NodeId directory, DirectorySnapshot snapshot)
    {
        lock (_lock)
        {
            if (snapshot.BegunAt <= _clearedAt)
            {
                return;
            }

            _snapshots[directory] = snapshot;
            _byAge.Enqueue((directory, snapshot));
            _entries += snapshot.Count;
            DropOld();
        }
    }

    /// <summary>Drops what is of no use any more. True when that was much.</summary>
    internal bool Sweep()
    {
        lock (_lock)
        {
            int before = _entries;
            DropOld();
            return before - _entries > Much;
        }
    }

    private void DropOld()
    {
        while (_byAge.TryPeek(out (NodeId Directory, DirectorySnapshot Snapshot) oldest) && IsTooMuch(oldest.Snapshot))
        {
            _ = _byAge.Dequeue();
            _entries -= oldest.Snapshot.Count;
            if (_snapshots.TryGetValue(oldest.Directory, out DirectorySnapshot? current) && current == oldest.Snapshot)
            {
                _snapshots.Remove(oldest.Directory);
            }
        }
    }

    /// <summary>Forgets all.</summary>
    internal void Clear()
    {
        lock (_lock)
        {
            _snapshots.Clear();
            _byAge.Clear();
            _entries = 0;
            _clearedAt = Environment.TickCount64;
        }
    }

    /// <summary>A listing that may be shown again.</summary>
    internal DirectorySnapshot? Fresh(NodeId directory) => Find(directory, (long)timeToLive.TotalMilliseconds);

    /// <summary>A listing that somebody may be walking.</summary>
    internal DirectorySnapshot? Walked(NodeId directory) => Find(directory, WalkMilliseconds);

    private DirectorySnapshot? Find(NodeId directory, long maxAge)
    {
        lock (_lock)
        {
            return _snapshots.TryGetValue(directory, out DirectorySnapshot? found) && AgeOf(found) < maxAge ? found : null;
        }
    }

    private bool IsTooMuch(DirectorySnapshot oldest) => _byAge.Count > MaxSnapshots || _entries > MaxEntries || AgeOf(oldest) > LongestUse;

    private long LongestUse => Math.Max(WalkMilliseconds, (long)timeToLive.TotalMilliseconds);

    private static long AgeOf(DirectorySnapshot snapshot) => Environment.TickCount64 - snapshot.BegunAt;
}
