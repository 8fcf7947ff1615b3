namespace NlinkFs.Bench;

/// <summary>The runs of one step on one layer, one a round; null where it failed.</summary>
internal sealed class Series
{
    internal List<Sample?> Samples { get; } = [];

    /// <summary>Why a run failed, the last one that did.</summary>
    internal string? Failure { get; set; }

    internal double? Rate => Median(Samples.Select(sample => sample?.Rate));

    internal double? DaemonCpu => Median(Samples.Select(sample => sample?.DaemonCpu));

    internal long PeakKiB => Samples.Max(sample => sample?.PeakKiB ?? 0);

    /// <summary>The median, leaving out what is missing; null when nothing is there.</summary>
    internal static double? Median(IEnumerable<double?> values)
    {
        double[] sorted = [.. values.OfType<double>().Order()];
        int middle = sorted.Length / 2;
        return sorted.Length == 0 ? null : sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

/// <summary>One step on one source: a series for each layer.</summary>
internal sealed class Measurement(SourceKind source, Step step, IReadOnlyList<Layer> layers)
{
    internal SourceKind Source => source;

    internal Step Step => step;

    internal IReadOnlyList<Layer> Layers => layers;

    internal string Id => $"{source}/{step.Id}";

    /// <summary>By layer.</summary>
    internal Dictionary<string, Series> Series { get; } = layers.ToDictionary(layer => layer.Id, _ => new Series());

    /// <summary>READ requests that reached a source meant to be hot.</summary>
    internal long StrayReads { get; set; }

    /// <summary>
    /// Of each round the layer's rate by the source's: the two were measured within seconds of each other, so what else the
    /// machine did weighs on both.
    /// </summary>
    internal IReadOnlyList<double?> RatiosOf(string layer) =>
        [.. Series[layer].Samples.Zip(Series[Layer.SourceId].Samples, (own, source) => own?.Rate / source?.Rate)];

    /// <summary>The median of <see cref="RatiosOf"/>: 1 is as fast as the source, less is slower.</summary>
    internal double? RatioOf(string layer) => Bench.Series.Median(RatiosOf(layer));
}
