namespace NlinkFs.Bench;

/// <summary>What a load did, by its own clock: starting threads and allocating buffers is not part of it.</summary>
/// <param name="Operations">How many calls, files or entries.</param>
/// <param name="Bytes">How many bytes were read; 0 for loads that are not about bytes.</param>
/// <param name="Seconds">How long it took.</param>
internal readonly record struct Work(long Operations, long Bytes, double Seconds);

/// <summary>One measured run of a load on a layer.</summary>
/// <param name="Rate">Bytes or operations a second.</param>
/// <param name="DaemonCpu">Processor seconds of the layer's daemon per GB, or per operation.</param>
/// <param name="PeakKiB">The most memory the daemon ever held, VmHWM.</param>
internal readonly record struct Sample(double Rate, double DaemonCpu, long PeakKiB);

/// <summary>What a rate counts.</summary>
internal sealed record Unit(string Name, bool IsBytes)
{
    internal static Unit Bytes { get; } = new("bytes", IsBytes: true);

    internal static Unit Reads { get; } = new("reads", IsBytes: false);

    internal static Unit Files { get; } = new("files", IsBytes: false);

    internal static Unit Stats { get; } = new("stats", IsBytes: false);

    internal static Unit Entries { get; } = new("entries", IsBytes: false);

    internal double AmountOf(Work work) => IsBytes ? work.Bytes : work.Operations;
}
