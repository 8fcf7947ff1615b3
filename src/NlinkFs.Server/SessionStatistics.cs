using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>
/// What a session has served since its start. A request counts when it is over, so one that is stuck is not in it yet, though the error
/// that was answered in its place is.
/// </summary>
/// <param name="Operations">Those that were asked for, in the order of their opcodes.</param>
/// <param name="BytesRead">Bytes of files in answers to READ; what the kernel reads itself (passthrough) passes nobody here.</param>
/// <param name="Errors">How often which errno was answered.</param>
public sealed record SessionStatistics(IReadOnlyList<OperationStatistics> Operations, long BytesRead, IReadOnlyList<ErrorCount> Errors);

/// <summary>How often an operation was asked for, and how long it took: from the frame's arrival until its answer was sent and cleaned up after.</summary>
/// <param name="Operation">Which; 0 stands for opcodes that nobody knows.</param>
/// <param name="Counts">Requests in each of the <see cref="LatencyBuckets"/>.</param>
/// <param name="Total">The time of all of them together.</param>
public sealed record OperationStatistics(FuseOpcode Operation, IReadOnlyList<long> Counts, TimeSpan Total)
{
    /// <summary>How many.</summary>
    public long Count => Counts.Sum();

    /// <summary>The duration below which this share of them lies.</summary>
    public TimeSpan Quantile(double share) => TimeSpan.FromSeconds(LatencyBuckets.Quantile([.. Counts], share));
}

/// <summary>How often an errno was answered.</summary>
/// <param name="Error">The errno.</param>
/// <param name="Count">How often.</param>
public readonly record struct ErrorCount(Errno Error, long Count);
