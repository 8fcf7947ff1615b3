using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>
/// What was last told, to be told again while the source is away: the attributes of the directories the kernel remembers, so that the way to a
/// file stays open and what fails is the file itself (smbd tells clients that a file whose directory cannot be entered does not exist); with
/// --stale-listing everything else as well, and listings. Costs about 300 bytes for each node in it.
/// </summary>
/// <param name="everything">Not the directories' attributes alone.</param>
internal sealed class StaleMemory(bool everything)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<NodeId, StatxBuffer> _attributes = []; // guarded by _lock
    private readonly Dictionary<NodeId, DirectorySnapshot> _listings = []; // guarded by _lock

    internal void Remember(NodeId node, in StatxBuffer stat)
    {
        if (!everything && stat.Type != FileType.Directory)
        {
            return;
        }

        lock (_lock)
        {
            _attributes[node] = stat;
        }
    }

    internal void Remember(NodeId directory, DirectorySnapshot listing)
    {
        if (!everything)
        {
            return;
        }

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
