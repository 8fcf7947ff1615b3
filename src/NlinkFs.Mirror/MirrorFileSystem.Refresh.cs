using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>Forgetting what is cached, here and in the kernel, because somebody says so.</summary>
public sealed partial class MirrorFileSystem
{
    private readonly Lock _refreshing = new();

    /// <summary>
    /// Forgets what is cached of a path and of what is below it. Names are looked up again in the whole mirror, since the kernel has one
    /// notification for that which takes no lock; before Linux 6.16 only those that are known at or below the path are, and this waits for
    /// the lookups that are under way beside them. So it must not be called by a thread that serves requests.
    /// </summary>
    /// <remarks>
    /// A notification that waits keeps /dev/fuse open and cannot be killed: with a source that hangs, a daemon in it would never end. Therefore
    /// pages are not dropped from here; the next open does that.
    /// </remarks>
    /// <param name="path">Below the root, without a leading slash; empty for all.</param>
    /// <param name="refreshed">How many remembered files and directories that concerned.</param>
    /// <returns>False when another refresh is under way.</returns>
    public bool TryRefresh(ReadOnlySpan<byte> path, out int refreshed)
    {
        refreshed = 0;
        if (!_refreshing.TryEnter())
        {
            return false;
        }

        try
        {
            _snapshots.Clear();
            _source.ForgetDirectories();
            _ = _hasEpoch ? _notifier?.IncreaseEpoch() : default;
            NodeId top = Follow(path);
            if (top != NodeId.None)
            {
                refreshed = RefreshBelow(top, times: top != NodeId.Root);
            }

            return true;
        }
        finally
        {
            _refreshing.Exit();
        }
    }

    /// <summary>Has the kernel ask anew about each name of a path.</summary>
    /// <returns>The node at its end; None when that, or something on the way, is not remembered.</returns>
    private NodeId Follow(ReadOnlySpan<byte> path)
    {
        NodeId node = NodeId.Root;
        foreach (Range part in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> name = path[part];
            if (name.IsEmpty)
            {
                continue;
            }

            if (name.Length > Source.NameMax)
            {
                return NodeId.None;
            }

            // A directory's own attributes tell of what is new in it.
            _ = _notifier?.InvalidateAttributes(node);
            Expire(node, name);
            node = _nodes.Find(node, name);
            if (node == NodeId.None)
            {
                return node;
            }
        }

        return node;
    }

    private int RefreshBelow(NodeId top, bool times)
    {
        int count = 0;
        Span<byte> name = stackalloc byte[Source.NameMax];
        List<NodeId> found = [];
        bool more = true;
        for (int chunk = 0; more; chunk++)
        {
            more = _nodes.FindBelow(top, chunk, found);
            count += found.Count;
            foreach (NodeId node in found)
            {
                // Of an open file the times tell whether it is still the same.
                _nodes.ForgetContent(node, times && !_files.TryGetNewest(node, out _, out _, out _));
                _ = _notifier?.InvalidateAttributes(node);
                if (_nodes.TryGetName(node, name, out NodeId parent, out int length))
                {
                    Expire(parent, name[..length]);
                }
            }
        }

        return count;
    }

    private void Expire(NodeId parent, ReadOnlySpan<byte> name)
    {
        if (!_hasEpoch)
        {
            _ = _notifier?.InvalidateEntry(parent, name, _canExpire);
        }
    }
}
