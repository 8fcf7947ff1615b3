using NlinkFs.Linux;

namespace NlinkFs.Server;

/// <summary>How often each errno was answered. Errors are rare, so all workers share one table.</summary>
internal sealed class ErrorCounts
{
    private readonly long[] _counts = new long[FuseChannel.ErrnoLimit];

    internal void Count(Errno error) => Interlocked.Increment(ref _counts[error.Value]);

    /// <summary>Those that were answered at least once.</summary>
    internal IReadOnlyList<ErrorCount> Read() =>
        [.. _counts.Select((count, errno) => new ErrorCount(new Errno(errno), count)).Where(error => error.Count > 0)];
}
