using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>Asks a slow source for the attributes of many entries at once.</summary>
internal sealed class AttributeFetcher(Source source, FetchThreads threads)
{
    /// <summary>How many entries somebody who walks a directory is kept ahead of.</summary>
    internal const int Ahead = 128;

    /// <summary>Begins to fetch entries of a snapshot and returns.</summary>
    internal void Start(NodeId directory, DirectorySnapshot snapshot, int from, int to) => _ = Begin(directory, snapshot, from, to);

    /// <summary>Fetches entries of a snapshot and returns when this thread has nothing left to begin; others may still be at work.</summary>
    internal void Fetch(NodeId directory, DirectorySnapshot snapshot, int from, int to) => Begin(directory, snapshot, from, to).Work();

    private Batch Begin(NodeId directory, DirectorySnapshot snapshot, int from, int to)
    {
        Batch batch = new(source, directory, snapshot, from, to);
        for (int wanted = to - from; wanted > 0 && threads.TryRun(batch.Work); wanted--)
        {
        }

        return batch;
    }

    private sealed class Batch(Source source, NodeId directory, DirectorySnapshot snapshot, int from, int to)
    {
        private int _next = from;

        internal void Work()
        {
            for (int index = Interlocked.Increment(ref _next) - 1; index < to; index = Interlocked.Increment(ref _next) - 1)
            {
                if (snapshot.TryBegin(index, out Fetch fetch))
                {
                    Errno error = source.Enter(directory, out DirectoryLease lease);
                    StatxBuffer stat = default;
                    if (!error.IsError)
                    {
                        error = Files.StatAt(lease.Fd, snapshot[index].Name, out stat, StatSync.AsNeeded, source.Wanted);
                        lease.Dispose();
                    }

                    fetch.End(error, in stat);
                }
            }
        }
    }
}
