using System.Globalization;
using NlinkFs.Bench.Output;

namespace NlinkFs.Bench;

/// <summary>A ratio to the source that must not be gone below.</summary>
/// <param name="Figure">Which measurement.</param>
/// <param name="Layer">Which layer.</param>
/// <param name="Least">The bound.</param>
internal sealed record Bound(string Figure, string Layer, double Least);

/// <summary>
/// The check for CI: NlinkFs against its source in one run. It is there for what makes things several times slower - a cache that
/// no longer holds, a data path that is no longer taken, a wait that became serial - not for a few percent.
/// </summary>
internal static class Guard
{
    /// <summary>
    /// Each about half of the median measured on two processors. The lower ends below are medians of runs beside four busy loops.
    /// </summary>
    private static readonly Bound[] s_bounds =
    [
        // Measured 0.39 to 0.56: each byte is copied once more, and the daemon's calls come on top of the reader's own. Through the page cache
        // and in requests of 128 KiB it was 0.15 to 0.30.
        new("Fuse/read", Layer.TheProxy, 0.20),

        // Measured 0.68 to 0.99: the kernel reads the source's page cache itself, but each open waits for the daemon, and under load
        // for its turn. That reads go past the daemon is checked apart, without a clock.
        new("Fuse/read", Layer.PassthroughId, 0.40),

        // Measured 0.93 to 1.01: the kernel answers, but for one round of questions a second. Without its cache it would be 0.03.
        new("Fuse/stat", Layer.DefaultId, 0.50),

        // Measured 3.1 to 3.5 on one machine and 1.2 to 1.7 on another, where it is 0.7 to 0.9 without reading ahead: too near for a bound
        // to tell one from the other. What it catches is a listing that costs the source calls it need not.
        new("Slow/list-cold", Layer.DefaultId, 0.50),

        // Measured 10 to 13: a tree that was walked is told from memory. Without that it is about 1.
        new("Slow/list-warm", Layer.DefaultId, 3.00),

        // Measured 5.2 to 5.3: sixteen requests of the source's in flight instead of two. Without hints it is 1.0 to 1.5.
        new("Slow/read", Layer.DefaultId, 2.00),
    ];

    /// <summary>Prints each bound with its ratio; false when one is not kept.</summary>
    internal static bool Check(Report report)
    {
        // A set, not a lazy query: every bound is to be looked at and printed.
        bool[] kept = [.. s_bounds.Where(bound => Measures(report, bound)).Select(bound => Check(report, bound)), CheckPassthrough(report)];
        return kept.All(ok => ok);
    }

    private static bool Measures(Report report, Bound bound) => report.Layers.Any(layer => layer.Id == bound.Layer);

    private static bool Check(Report report, Bound bound)
    {
        Measurement measurement = report.Measurements.First(measurement => measurement.Id == bound.Figure);
        double? ratio = measurement.RatioOf(bound.Layer);
        bool kept = ratio >= bound.Least;
        string title = report.Layers.First(layer => layer.Id == bound.Layer).Title;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(kept ? "ok  " : "FAIL")} {bound.Figure} {title}: {Format.Ratio(ratio)} of the source, at least {bound.Least:0.00}x"));
        if (!kept)
        {
            Explain(measurement, bound.Layer);
        }

        return kept;
    }

    private static void Explain(Measurement measurement, string layer)
    {
        Console.WriteLine($"     {measurement.Step.Title}");
        Console.WriteLine($"     {"ratios",-20}{string.Join(' ', measurement.RatiosOf(layer).Select(Format.Ratio))}");
        foreach (string id in new[] { Layer.SourceId, layer })
        {
            Series series = measurement.Series[id];
            Console.WriteLine($"     {id,-20}{string.Join(", ", series.Samples.Select(sample => Format.Rate(sample?.Rate, measurement.Step.Unit)))}");
            if (series.Failure is not null)
            {
                Console.WriteLine($"     {series.Failure}");
            }
        }
    }

    /// <summary>A mirror told to use passthrough that reads through its daemon all the same is broken, however fast it is.</summary>
    private static bool CheckPassthrough(Report report)
    {
        if (!report.DataPaths.TryGetValue(Layer.PassthroughId, out bool bypasses))
        {
            return true;
        }

        Console.WriteLine(bypasses
            ? "ok   with --io=passthrough reads go past the daemon"
            : "FAIL with --io=passthrough reads still go through the daemon: a read of an open file waited while it was stopped");
        return bypasses;
    }
}
