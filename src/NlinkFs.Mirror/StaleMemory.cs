using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>
/// What was last told of nodes and directories, to be told again while the source is away (--stale-listing). Costs about 300 bytes for each
/// node the kernel remembers.
/// </summary>
internal sealed class StaleMemory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<NodeId, StatxBuffer> _attributes = []; // guarded by _lock
    private readonly Dictionary<NodeId, DirectorySnapshot> _listings = []; // guarded by _lock

    internal void Remember(NodeId node, in StatxBuffer stat)
    {
        lock (_lock)
        {
            _attributes[node] = stat;
        }
    }

    internal void Remember(NodeId directory, DirectorySnapshot listing)
    {
        lock (_lock)
        {
            _listings[directory] = listing;
        }
    }

    internal void Forget(NodeId node)
    {
        lock (_lock)
        {
            _ = _attributes.Remove(node);
            _ = _listings.Remove(node);
        }
    }

    internal bool TryRecall(NodeId node, out StatxBuffer stat)
    {
        lock (_lock)
        {
            return _attributes.TryGetValue(node, out stat);
        }
    }

    internal DirectorySnapshot? Listing(NodeId directory)
    {
        lock (_lock)
        {
            return _listings.GetValueOrDefault(directory);
        }
    }
}
