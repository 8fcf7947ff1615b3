using NlinkFs.Bench.Output;
using NlinkFs.Linux;

namespace NlinkFs.Bench;

/// <summary>One run of the driver from the first mount to the report.</summary>
internal sealed class Session(Workspace workspace, Scale scale, IReadOnlyList<Layer> layers, string sambaTemplate, Progress progress)
{
    private readonly SampleTree _tree = new(scale.FileSize);

    /// <summary>Measures everything.</summary>
    internal Report Measure() => ReportOf(
    [
        .. Over(SourceKind.Local, Scenarios.For(SourceKind.Local, scale), layers),
        .. Over(SourceKind.Fuse, Scenarios.For(SourceKind.Fuse, scale), layers),
        .. Over(SourceKind.GoFuse, Scenarios.For(SourceKind.GoFuse, scale), layers),
        .. Over(SourceKind.Slow, Scenarios.For(SourceKind.Slow, scale), layers),
        .. ThroughSamba(SourceKind.FuseForSamba),
        .. scale == Scale.Quick ? [] : ThroughSamba(SourceKind.Local),
    ]);

    /// <summary>Measures only what reading costs over sources that do their work.</summary>
    internal Report MeasureColdReads() => ReportOf(
    [
        .. Over(SourceKind.Fuse, [Scenarios.ColdRead()], layers),
        .. Over(SourceKind.GoFuse, [Scenarios.ColdRead()], layers),
    ]);

    /// <summary>Measures what the guard looks at: the data paths all, the rest by default only.</summary>
    internal Report MeasureForGuard()
    {
        Layer[] two = [.. layers.Where(layer => layer.IsSource || layer.Id == Layer.DefaultId)];
        return ReportOf(
        [
            .. Over(SourceKind.Fuse, [Scenarios.Reads()], layers),
            .. Over(SourceKind.Fuse, [Scenarios.Stats(scale)], two),
            .. Over(SourceKind.Slow, [Scenarios.SlowRead(), Scenarios.Listings(scale)], two),
        ]);
    }

    private List<Measurement> Over(SourceKind kind, IEnumerable<Scenario> scenarios, IReadOnlyList<Layer> over)
    {
        using Source source = Source.Start(workspace, kind, _tree);
        return new Runner(workspace, over, progress).Run(source, scenarios, RoundsFor(kind));
    }

    private List<Measurement> ThroughSamba(SourceKind kind)
    {
        using Source source = Source.Start(workspace, kind, _tree);
        progress.Show("starting smbd");
        using Samba samba = new(
            workspace, sambaTemplate, layers.ToDictionary(layer => layer.Id, layer => LayerMount.PathOf(workspace, layer, source)));
        return new Runner(workspace, layers, progress).Run(source, Scenarios.ForSamba(scale), RoundsFor(kind), samba);
    }

    private int RoundsFor(SourceKind kind) => kind == SourceKind.Slow ? scale.SlowRounds : scale.Rounds;

    private Report ReportOf(IReadOnlyList<Measurement> measurements) => new(scale, measurements, FindDataPaths())
    {
        LocalFileSystem = FileSystemOf(workspace.At("")),
    };

    /// <summary>Which of our layers keep reads away from the daemon, over the FUSE source.</summary>
    private Dictionary<string, bool> FindDataPaths()
    {
        progress.Show("looking which way reads go");
        Dictionary<string, bool> paths = [];
        using Source source = Source.Start(workspace, SourceKind.Fuse, _tree);
        foreach (Layer layer in layers.Where(layer => layer.IsOurs))
        {
            source.WarmData();
            using LayerMount mount = LayerMount.Begin(workspace, layer, source);
            paths.Add(layer.Id, DataPath.BypassesDaemon(mount, SampleTree.DataFiles[0], scale.FileSize));
        }

        return paths;
    }

    private static string FileSystemOf(string path) => MountTable.Read()
        .Select(mount => (Point: System.Text.Encoding.UTF8.GetString(mount.MountPoint).TrimEnd('/'), mount.Type))
        .Where(mount => path.StartsWith($"{mount.Point}/", StringComparison.Ordinal))
        .MaxBy(mount => mount.Point.Length).Type ?? "?";
}
