namespace NlinkFs.Mirror;

/// <summary>
/// A bounded number of the runtime's pool threads for asking a slow source ahead of time. Should the source hang, they hang, and
/// everything else goes on by asking for itself.
/// </summary>
internal sealed class FetchThreads
{
    private const int Most = 32;

    private int _busy;

    static FetchThreads()
    {
        // Or the pool would add threads one by one, a second apart.
        ThreadPool.GetMinThreads(out int workers, out int completion);
        _ = ThreadPool.SetMinThreads(Math.Max(workers, Most + 4), completion);
    }

    /// <summary>Runs something on another thread; false when all are busy.</summary>
    internal bool TryRun(Action work)
    {
        if (Interlocked.Increment(ref _busy) > Most)
        {
            _ = Interlocked.Decrement(ref _busy);
            return false;
        }

        _ = ThreadPool.UnsafeQueueUserWorkItem(
            static state =>
            {
                state.work();
                _ = Interlocked.Decrement(ref state.threads._busy);
            },
            (threads: this, work),
            preferLocal: false);
        return true;
    }
}
