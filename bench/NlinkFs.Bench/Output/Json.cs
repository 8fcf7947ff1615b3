using System.Text.Json;
using System.Text.Json.Nodes;

namespace NlinkFs.Bench.Output;

/// <summary>The report for programs, with every sample.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true };

    internal static string Write(Report report) => new JsonObject
    {
        ["time"] = report.Time.ToString("s", System.Globalization.CultureInfo.InvariantCulture) + "Z",
        ["scale"] = report.Scale.Name,
        ["kernel"] = report.Kernel,
        ["processors"] = report.Processors,
        ["localFileSystem"] = report.LocalFileSystem,
        ["versions"] = new JsonArray([.. report.Versions.Select(version => JsonValue.Create(version))]),
        ["layers"] = new JsonArray([.. report.Layers.Select(layer => LayerOf(report, layer))]),
        ["measurements"] = new JsonArray([.. report.Measurements.Select(MeasurementOf)]),
    }.ToJsonString(s_options) + "\n";

    private static JsonObject LayerOf(Report report, Layer layer)
    {
        JsonObject json = new()
        {
            ["id"] = layer.Id,
            ["title"] = layer.Title,
            ["command"] = string.Join(' ', layer.Command.Select((word, index) => index == 0 ? Path.GetFileName(word) : word)),
        };
        if (report.DataPaths.TryGetValue(layer.Id, out bool bypasses))
        {
            json["readsBypassDaemon"] = bypasses;
        }

        return json;
    }

    private static JsonObject MeasurementOf(Measurement measurement) => new()
    {
        ["id"] = measurement.Id,
        ["source"] = Source.TitleOf(measurement.Source),
        ["title"] = measurement.Step.Title,
        ["unit"] = $"{measurement.Step.Unit.Name}/s",
        ["strayReads"] = measurement.StrayReads,
        ["layers"] = new JsonArray([.. measurement.Layers.Select(layer => SeriesOf(measurement, layer))]),
    };

    private static JsonObject SeriesOf(Measurement measurement, Layer layer)
    {
        Series series = measurement.Series[layer.Id];
        return new JsonObject
        {
            ["id"] = layer.Id,
            ["median"] = series.Rate,
            ["ratio"] = measurement.RatioOf(layer.Id),
            [measurement.Step.Unit.IsBytes ? "daemonCpuSecondsPerGB" : "daemonCpuSecondsEach"] = series.DaemonCpu,
            ["peakKiB"] = series.PeakKiB,
            ["samples"] = new JsonArray([.. series.Samples.Select(sample => JsonValue.Create(sample?.Rate))]),
            ["failure"] = series.Failure,
        };
    }
}
