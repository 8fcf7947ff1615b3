using NlinkFs.Linux;

namespace NlinkFs.Server;

/// <summary>What a worker keeps from one request to the next.</summary>
internal sealed class WorkerScratch(BufferPool pool, bool splice) : IDisposable
{
    /// <summary>Bytes that answers without bulk data need: a symlink's target of PATH_MAX and the header.</summary>
    private const int SmallReplySize = 2 * NativeBuffer.PageSize;

    private readonly NativeBuffer _small = new(SmallReplySize);

    /// <summary>Room for answers without bulk data.</summary>
    internal Span<byte> Small => _small.Span;

    /// <summary>For the answers to READ.</summary>
    internal ReadReply Read { get; } = new(pool, splice);

    public void Dispose()
    {
        _small.Dispose();
        Read.Dispose();
    }
}
