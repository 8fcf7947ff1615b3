using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>
/// Reads the directories of a slow source ahead of somebody who walks the tree: whoever opens one subdirectory of a directory listed
/// lately will open the next ones too.
/// </summary>
internal sealed class ListingFetcher(Source source, NodeTable nodes, SnapshotCache snapshots, SourcePace pace, FetchThreads threads)
{
    private const int Ahead = 16;

    /// <summary>A larger directory is left to whoever wants it.</summary>
    private const int MaxEntries = 4096;

    /// <summary>A source that hangs is asked again by whoever waits, under a deadline of his own.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<NodeId, ManualResetEventSlim> _underWay = []; // guarded by itself

    /// <summary>Notes that a directory is being opened, and begins with the ones that follow it.</summary>
    internal void Walk(NodeId directory)
    {
        Span<byte> buffer = stackalloc byte[Source.NameMax];
        if (!nodes.TryGetName(directory, buffer, out NodeId parent, out int length)
            || snapshots.Walked(parent) is not { } siblings
            || siblings.IndexOf(buffer[..length]) is not (>= 0 and int index))
        {
            return;
        }

        int begun = 0;
        while (++index < siblings.Count && begun < Ahead)
        {
            DirectoryRecord sibling = siblings[index];
            if (sibling.Type == FileType.Directory && nodes.Find(parent, sibling.Name) is { } node && node != NodeId.None)
            {
                begun++;
                Begin(node);
            }
        }
    }

    /// <summary>Waits for a listing that is under way.</summary>
    internal void Await(NodeId directory)
    {
        ManualResetEventSlim? ended;
        lock (_underWay)
        {
            _ = _underWay.TryGetValue(directory, out ended);
        }

        _ = ended?.Wait(s_patience);
    }

    private void Begin(NodeId directory)
    {
        lock (_underWay)
        {
            if (snapshots.Fresh(directory) is null && _underWay.TryAdd(directory, new ManualResetEventSlim())
                && !threads.TryRun(() => Read(directory)))
            {
                _ = _underWay.Remove(directory);
            }
        }
    }

    private void Read(NodeId directory)
    {
        if (!source.OpenDirectory(directory, out SourceFile? file).IsError)
        {
            using DirectoryListing listing = new(file!);
            _ = listing.ReadUpTo(MaxEntries, DirectoryListing.NoLimit, stackalloc byte[DirectoryListing.ReadSize], pace);
            if (listing.Snapshot.IsComplete)
            {
                snapshots.Add(directory, listing.Snapshot);
            }
        }

        lock (_underWay)
        {
            if (_underWay.Remove(directory, out ManualResetEventSlim? ended))
            {
                ended.Set();
            }
        }
    }
}
