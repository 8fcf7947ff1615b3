using NlinkFs.Protocol;

namespace NlinkFs.TestSource;

/// <summary>The nodes the kernel knows: one a path, or, as go-fuse does it, a new one for each lookup.</summary>
internal sealed class NodeMap
{
    private readonly Lock _lock = new();
    private readonly Dictionary<NodeId, Known> _nodes = [];
    private readonly Dictionary<string, NodeId> _byPath = [];
    private readonly bool _churn;
    private ulong _last = NodeId.Root.Value;

    internal NodeMap(Item root, bool churn)
    {
        _churn = churn;
        _nodes.Add(NodeId.Root, new Known(root) { Lookups = 1 });
    }

    internal Item? Find(NodeId node)
    {
        lock (_lock)
        {
            return _nodes.GetValueOrDefault(node)?.Item;
        }
    }

    internal NodeId Lookup(Item item)
    {
        lock (_lock)
        {
            if (_churn || !_byPath.TryGetValue(item.Path, out NodeId node))
            {
                node = new NodeId(++_last);
                _nodes.Add(node, new Known(item));
                if (!_churn)
                {
                    _byPath.Add(item.Path, node);
                }
            }

            _nodes[node].Lookups++;
            return node;
        }
    }

    internal void Forget(NodeId node, ulong lookups)
    {
        lock (_lock)
        {
            if (node != NodeId.Root && _nodes.TryGetValue(node, out Known? known) && (known.Lookups -= Math.Min(lookups, known.Lookups)) == 0)
            {
                _nodes.Remove(node);
                _byPath.Remove(known.Item.Path);
            }
        }
    }

    private sealed class Known(Item item)
    {
        internal Item Item => item;

        internal ulong Lookups { get; set; }
    }
}
