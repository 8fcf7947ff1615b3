using System.Text;

namespace NlinkFs.Bench.Output;

/// <summary>The report as text: each figure with its ratio to the source, the daemon's processor time and its memory.</summary>
internal static class Table
{
    private const int TitleWidth = 22;

    internal static string Write(Report report)
    {
        StringBuilder text = new();
        text.Append(report.Machine).Append('\n');
        text.Append("Medians; the ratio is the median of the rounds' own ratios to the source, 1.00x is as fast. Caches are in the state each line names.\n");
        foreach ((string id, bool bypasses) in report.DataPaths)
        {
            text.Append($"{TitleOf(report, id)}, over the FUSE source: reads of an open file {(bypasses ? "go past" : "go through")} the daemon\n");
        }

        foreach (IGrouping<SourceKind, Measurement> group in report.Measurements.GroupBy(measurement => measurement.Source))
        {
            text.Append($"\nOver {Source.TitleOf(group.Key)}\n");
            foreach (Measurement measurement in group)
            {
                text.Append($"\n  {measurement.Step.Title}\n");
                foreach (Layer layer in measurement.Layers)
                {
                    text.Append(Line(measurement, layer)).Append('\n');
                }

                if (measurement.StrayReads > 0)
                {
                    text.Append($"    not quite hot: {measurement.StrayReads} reads reached the source in all rounds\n");
                }
            }
        }

        return text.Append(Summary(report)).ToString();
    }

    private static string Line(Measurement measurement, Layer layer)
    {
        Series series = measurement.Series[layer.Id];
        if (series.Rate is null)
        {
            return $"    {layer.Title,-TitleWidth}failed: {series.Failure}";
        }

        string rate = Format.Rate(series.Rate, measurement.Step.Unit);
        string ratio = layer.IsSource ? "" : Format.Ratio(measurement.RatioOf(layer.Id));

        // What the source uses it uses below every layer.
        string cost = layer.IsSource ? "" : $"  cpu {Format.Cpu(series.DaemonCpu, measurement.Step.Unit),-14}peak {Format.Memory(series.PeakKiB)}";
        return $"    {layer.Title,-TitleWidth}{rate,16}{ratio,8}{cost}".TrimEnd();
    }

    /// <summary>All ratios at a glance.</summary>
    private static string Summary(Report report)
    {
        Layer[] layers = [.. report.Layers.Where(layer => !layer.IsSource)];
        StringBuilder text = new();
        text.Append($"\n{"Ratio to the source",-26}");
        foreach (Layer layer in layers)
        {
            text.Append($"{layer.Title,TitleWidth}");
        }

        foreach (Measurement measurement in report.Measurements)
        {
            text.Append($"\n{measurement.Id,-26}");
            foreach (Layer layer in layers)
            {
                // Not every figure is taken on every layer.
                string ratio = measurement.Layers.Contains(layer) ? Format.Ratio(measurement.RatioOf(layer.Id)) : "";
                text.Append($"{ratio,TitleWidth}");
            }
        }

        return text.Append('\n').ToString();
    }

    private static string TitleOf(Report report, string id) => report.Layers.First(layer => layer.Id == id).Title;
}
