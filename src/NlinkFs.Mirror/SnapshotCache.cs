using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>
/// Complete listings read lately: while a listing's time to live lasts the source is not asked for it again; a little longer, it
/// tells what somebody who walks the directory will look up next.
/// </summary>
internal sealed class SnapshotCache(TimeSpan timeToLive)
{
    private const int MaxSnapshots = 256;

    /// <summary>Larger directories are not kept.</summary>
    private const int MaxEntries = 1 << 16;

    private const long WalkMilliseconds = 5000;

    private readonly Lock _lock = new();
    private readonly Dictionary<NodeId, DirectorySnapshot> _snapshots = []; // guarded by _lock

    internal void Add(NodeId directory, DirectorySnapshot snapshot)
    {
        if (snapshot.Count > MaxEntries)
        {
            return;
        }

        lock (_lock)
        {
            _snapshots[directory] = snapshot;
            if (_snapshots.Count > MaxSnapshots)
            {
                DropOld();
            }
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
            return _snapshots.TryGetValue(directory, out DirectorySnapshot? found) && Environment.TickCount64 - found.BegunAt < maxAge ? found : null;
        }
    }

    private void DropOld()
    {
        long now = Environment.TickCount64;
        foreach (NodeId directory in _snapshots.Where(pair => now - pair.Value.BegunAt > WalkMilliseconds).Select(pair => pair.Key).ToArray())
        {
            _snapshots.Remove(directory);
        }

        if (_snapshots.Count > MaxSnapshots)
        {
            _snapshots.Clear();
        }
    }
}
