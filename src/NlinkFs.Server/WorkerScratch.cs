using NlinkFs.Linux;

namespace NlinkFs.Server;

/// <summary>What a worker keeps from one request to the next.</summary>
internal sealed class WorkerScratch(BufferPool pool, bool splice, CallWatch watch, RequestMeter meter) : IDisposable
{
    /// <summary>Bytes that answers without bulk data need: a symlink's target of PATH_MAX and the header.</summary>
    private const int SmallReplySize = 2 * NativeBuffer.PageSize;

    private readonly NativeBuffer _small = new(SmallReplySize);

    /// <summary>Room for answers without bulk data.</summary>
    internal Span<byte> Small => _small.Span;

    /// <summary>For the answers to READ.</summary>
    internal ReadReply Read { get; } = new(pool, splice);

    /// <summary>The request the worker is at.</summary>
    internal PendingCall Pending { get; } = Watched(watch);

    /// <summary>What the worker has served.</summary>
    internal RequestTally Tally { get; } = meter.Rent();

    public void Dispose()
    {
        meter.Return(Tally);
        watch.Remove(Pending);
        _small.Dispose();
        Read.Dispose();
    }

    private static PendingCall Watched(CallWatch watch)
    {
        PendingCall call = new();
        watch.Add(call);
        return call;
    }
}
