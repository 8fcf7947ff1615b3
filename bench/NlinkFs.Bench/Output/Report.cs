using System.Globalization;
using NlinkFs.Testing;

namespace NlinkFs.Bench.Output;

/// <summary>All that a run found out.</summary>
/// <param name="Scale">How much was measured.</param>
/// <param name="Measurements">The figures.</param>
/// <param name="DataPaths">By layer of ours: whether reads of an open file go past the daemon.</param>
internal sealed record Report(Scale Scale, IReadOnlyList<Measurement> Measurements, IReadOnlyDictionary<string, bool> DataPaths)
{
    internal DateTime Time { get; } = DateTime.UtcNow;

    internal string Kernel { get; } = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    internal int Processors { get; } = Environment.ProcessorCount;

    /// <summary>Where the local source is.</summary>
    internal required string LocalFileSystem { get; init; }

    /// <summary>First lines of what the programs say of themselves.</summary>
    internal IReadOnlyList<string> Versions { get; } =
        [.. new[] { Programs.Nlinkfs, "bindfs", "mergerfs", "smbd" }.Select(VersionOf).OfType<string>()];

    /// <summary>The layers in the order they were run.</summary>
    internal IEnumerable<Layer> Layers => Measurements.SelectMany(measurement => measurement.Layers).DistinctBy(layer => layer.Id);

    internal string Machine => string.Create(
        CultureInfo.InvariantCulture, $"Linux {Kernel}, {Processors} processors, local directory on {LocalFileSystem}; {string.Join(", ", Versions)}");

    private static string? VersionOf(string program)
    {
        string name = Path.GetFileName(program);
        try
        {
            string text = Commands.Run(program, "--version").Output.Split('\n')[0].Trim();
            string version = text.Split(' ').FirstOrDefault(word => word.Any(char.IsDigit), text);
            return $"{name} {version.Split('+')[0]}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
