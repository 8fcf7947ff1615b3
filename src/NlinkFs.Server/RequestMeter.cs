namespace NlinkFs.Server;

/// <summary>Has the tallies of all workers. A worker that ends gives its own back for the next, so none is lost and there are no more than there ever were workers at once.</summary>
internal sealed class RequestMeter
{
    private readonly Lock _lock = new();
    private readonly List<RequestTally> _all = []; // guarded by _lock
    private readonly Stack<RequestTally> _free = []; // guarded by _lock

    internal RequestTally Rent()
    {
        lock (_lock)
        {
            if (!_free.TryPop(out RequestTally? tally))
            {
                _all.Add(tally = new RequestTally());
            }

            return tally;
        }
    }

    internal void Return(RequestTally tally)
    {
        lock (_lock)
        {
            _free.Push(tally);
        }
    }

    /// <summary>What they have served together.</summary>
    internal SessionStatistics Sum(ErrorCounts errors)
    {
        SortedDictionary<Protocol.FuseOpcode, RequestTally.Latencies> sums = [];
        long bytesRead = 0;
        lock (_lock)
        {
            foreach (RequestTally tally in _all)
            {
                tally.AddTo(sums, ref bytesRead);
            }
        }

        return new SessionStatistics(
            [.. sums.Select(sum => new OperationStatistics(sum.Key, sum.Value.Counts, TimeSpan.FromTicks(sum.Value.Ticks)))], bytesRead, errors.Read());
    }
}
