using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

internal sealed partial class NodeTable
{
    /// <summary>Finds the nodes at or below one, a chunk of the table at a time, so that no request waits for long.</summary>
    /// <param name="top">The node, and all below it.</param>
    /// <param name="chunk">Which one; from 0.</param>
    /// <param name="found">Gets the nodes of this chunk, and only those.</param>
    /// <returns>Whether more chunks follow.</returns>
    internal bool FindBelow(NodeId top, int chunk, List<NodeId> found)
    {
        found.Clear();
        lock (_lock)
        {
            int end = Math.Min(_used, (chunk + 1) * ChunkSize);
            for (int slot = Math.Max(RootSlot, chunk * ChunkSize); slot < end; slot++)
            {
                if (At(slot).InUse && IsAtOrBelow(slot, top))
                {
                    found.Add(IdOf(slot));
                }
            }

            return end < _used;
        }
    }

    /// <summary>Forgets that the pages the kernel holds of a node are good and, if <paramref name="times"/>, which times have been shown.</summary>
    internal void ForgetContent(NodeId node, bool times)
    {
        lock (_lock)
        {
            if (TryFind(node, out int slot))
            {
                At(slot).Memory.OpenedSinceChange = false;
                At(slot).Memory.Known &= !times;
            }
        }
    }

    private bool IsAtOrBelow(int slot, NodeId top)
    {
        while (slot != RootSlot && IdOf(slot) != top)
        {
            slot = At(slot).Parent;
        }

        return IdOf(slot) == top;
    }
}
