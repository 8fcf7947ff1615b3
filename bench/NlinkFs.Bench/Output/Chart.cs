using System.Globalization;
using System.Security;
using System.Text;

namespace NlinkFs.Bench.Output;

/// <summary>
/// The report as a picture: for the main figures, a bar for each layer as long as its ratio to the source. It has a background of
/// its own, so that it reads the same on light and dark pages.
/// </summary>
internal static class Chart
{
    private const int Width = 860;
    private const int Left = 330;
    private const int Right = 70;
    private const int Top = 84;
    private const int BarHeight = 13;
    private const int BarStep = 15;
    private const int GroupGap = 14;
    private const int Bottom = 52;
    private const double Longest = 1.2;

    private static readonly (string Id, string Title, string Detail)[] s_figures =
    [
        ("Fuse/read", "Sequential read, first time", "FUSE source, hot"),
        ("Fuse/reread", "Sequential read, again", "FUSE source, hot"),
        ("Fuse/streams16", "16 streams at once", "FUSE source, hot"),
        ("Fuse/random4k", "Random 4 KiB reads", "FUSE source, hot"),
        ("Fuse/small", "Small files: open, read, close", "FUSE source, hot"),
        ("Fuse/stat", "stat storm", "FUSE source, names known"),
        ("Slow/read", "Sequential read", "slow source (21 ms a read), cold"),
        ("Slow/list-cold", "ls -lR", "slow source (1 ms), cold"),
        ("FuseForSamba/smb-read", "Read through smbd", "FUSE source, hot"),
    ];

    private static readonly (string Id, string Color)[] s_colors =
    [
        (Layer.DefaultId, "#1f6feb"),
        (Layer.PassthroughId, "#0a3069"),
        (Layer.ProxyId, "#79b8ff"),
        ("bindfs", "#bc8c2e"),
        ("mergerfs", "#9a9a9a"),
    ];

    internal static string Write(Report report)
    {
        Measurement[] found = [.. s_figures
            .Select(figure => report.Measurements.FirstOrDefault(measurement => measurement.Id == figure.Id)).OfType<Measurement>()];
        Layer[] layers = [.. report.Layers.Where(layer => !layer.IsSource)];
        int groupHeight = (layers.Length * BarStep) + GroupGap;
        int height = Top + (found.Length * groupHeight) + Bottom;
        StringBuilder svg = new();
        Add(svg, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12" fill="#24292f">
            <title>Speed of each layer as a share of the source's own</title>
            <rect width="{Width}" height="{height}" rx="8" fill="#ffffff" stroke="#d0d7de"/>
            <text x="24" y="32" font-size="16" font-weight="600">Speed through each layer, as a share of the source's own</text>
            """);
        Legend(svg, layers);
        Grid(svg, height - Bottom);
        for (int i = 0; i < found.Length; i++)
        {
            Group(svg, found[i], layers, Top + (i * groupHeight));
        }

        Add(svg, $"""
            <text x="24" y="{height - 14}" font-size="11" fill="#57606a">{SecurityElement.Escape($"Longer is better; 1.00x is the source without a layer. Same run, interleaved, medians. Linux {report.Kernel}, {report.Processors} processors, {report.Scale.Name} run.")}</text>
            </svg>
            """);
        return svg.ToString();
    }

    private static void Legend(StringBuilder svg, Layer[] layers)
    {
        int x = 24;
        foreach (Layer layer in layers)
        {
            Add(svg, $"""
                <rect x="{x}" y="48" width="12" height="12" rx="2" fill="{ColorOf(layer)}"/>
                <text x="{x + 18}" y="58">{layer.Title}</text>
                """);
            x += 40 + (layer.Title.Length * 7);
        }
    }

    /// <summary>A line every quarter, and a strong one at the source's speed.</summary>
    private static void Grid(StringBuilder svg, int bottom)
    {
        for (int quarter = 0; quarter <= 4; quarter++)
        {
            double x = X(quarter / 4.0);
            string stroke = quarter == 4 ? "stroke=\"#57606a\" stroke-dasharray=\"4 3\"" : "stroke=\"#eaeef2\"";
            Add(svg, $"""
                <line x1="{x:0.0}" y1="{Top - 8}" x2="{x:0.0}" y2="{bottom}" {stroke}/>
                <text x="{x:0.0}" y="{bottom + 15}" text-anchor="middle" font-size="11" fill="#57606a">{(quarter == 4 ? "source" : $"{quarter * 25}%")}</text>
                """);
        }
    }

    private static void Group(StringBuilder svg, Measurement measurement, Layer[] layers, int y)
    {
        (_, string title, string detail) = s_figures.First(figure => figure.Id == measurement.Id);
        int middle = y + (layers.Length * BarStep / 2);
        Add(svg, $"""
            <text x="{Left - 14}" y="{middle - 2}" text-anchor="end" font-weight="600">{title}</text>
            <text x="{Left - 14}" y="{middle + 13}" text-anchor="end" font-size="11" fill="#57606a">{detail}</text>
            """);
        for (int i = 0; i < layers.Length; i++)
        {
            Bar(svg, layers[i], measurement.RatioOf(layers[i].Id), y + (i * BarStep));
        }
    }

    private static void Bar(StringBuilder svg, Layer layer, double? ratio, int y)
    {
        // What is longer than the chart is cut; its number says so.
        double end = X(Math.Min(ratio ?? 0, Longest));
        string weight = layer.IsOurs ? " font-weight=\"600\"" : "";
        Add(svg, $"""
            <rect x="{Left}" y="{y}" width="{Math.Max(1, end - Left):0.0}" height="{BarHeight}" rx="2" fill="{ColorOf(layer)}"/>
            <text x="{end + 6:0.0}" y="{y + 11}" font-size="11"{weight} stroke="#ffffff" stroke-width="3" paint-order="stroke">{Format.Ratio(ratio)}</text>
            """);
    }

    private static double X(double ratio) => Left + (ratio / Longest * (Width - Left - Right));

    private static string ColorOf(Layer layer) => s_colors.First(color => color.Id == layer.Id).Color;

    private static void Add(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
