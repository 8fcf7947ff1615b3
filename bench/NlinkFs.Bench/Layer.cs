using System.Text;
using NlinkFs.Linux;
using NlinkFs.Testing;

namespace NlinkFs.Bench;

/// <summary>One way to reach the files: the source itself, NlinkFs, or a peer over it.</summary>
/// <param name="Id">Its name in results.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Command">The command that serves it in the foreground, without the two paths; none for the source itself.</param>
internal sealed record Layer(string Id, string Title, params string[] Command)
{
    internal const string SourceId = "source";
    internal const string DefaultId = "nlinkfs";
    internal const string PassthroughId = "nlinkfs-passthrough";
    internal const string ProxyId = "nlinkfs-proxy";

    internal bool IsSource => Command.Length == 0;

    internal bool IsOurs => Id.StartsWith(DefaultId, StringComparison.Ordinal);

    /// <summary>The source first: all others are compared with it.</summary>
    internal static Layer TheSource { get; } = new(SourceId, "source");

    /// <summary>NlinkFs, by default and, where the binary has the choice, by each data path.</summary>
    internal static IReadOnlyList<Layer> Ours { get; } = FindOurs();

    internal static IReadOnlyList<Layer> Peers { get; } =
    [
        new("bindfs", "bindfs", "bindfs", "-f", "-r", "--hide-hard-links"),

        // Not dropcacheonclose, which many use: it would empty the source's page cache for everybody.
        new("mergerfs", "mergerfs", "mergerfs", "-f", "-o", "ro,allow_other,use_ino,cache.files=partial"),
    ];

    /// <summary>Whether the binary lets its data path be chosen.</summary>
    internal static bool DataPathCanBeChosen => Ours.Count > 1;

    /// <summary>The layer that reads through the daemon, for sure where that can be chosen.</summary>
    internal static string TheProxy => DataPathCanBeChosen ? ProxyId : DefaultId;

    private static Layer[] FindOurs()
    {
        string[] mount = [Programs.Nlinkfs, "mount", "--foreground"];
        bool knows = Commands.Run(Programs.Nlinkfs, "mount", "--help").Output.Contains("--io", StringComparison.Ordinal);
        Layer usual = new(DefaultId, "NlinkFs", mount);
        return knows
            ? [usual, new(PassthroughId, "NlinkFs passthrough", [.. mount, "--io=passthrough"]), new(ProxyId, "NlinkFs proxy", [.. mount, "--io=proxy"])]
            : [usual];
    }
}

/// <summary>A layer that is mounted.</summary>
internal sealed class LayerMount : IDisposable
{
    private readonly Workspace _workspace;
    private readonly Service? _service;

    private LayerMount(Workspace workspace, string path, Service? service, int pid)
    {
        _workspace = workspace;
        _service = service;
        Path = path;
        Pid = pid;
    }

    internal string Path { get; }

    /// <summary>The process that serves it: for the source itself the source's, 0 when there is none.</summary>
    internal int Pid { get; }

    /// <summary>Where a layer is mounted, the same place each time, so that it can be exported once.</summary>
    internal static string PathOf(Workspace workspace, Layer layer, Source source) =>
        layer.IsSource ? source.Path : workspace.At($"mnt/{layer.Id}");

    /// <summary>Mounts a layer anew: it has nothing cached.</summary>
    internal static LayerMount Begin(Workspace workspace, Layer layer, Source source)
    {
        string path = PathOf(workspace, layer, source);
        if (layer.IsSource)
        {
            return new LayerMount(workspace, path, null, source.Pid);
        }

        _ = Directory.CreateDirectory(path);
        Service service = workspace.Start([.. layer.Command, source.Path, path]);
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        if (!Commands.Eventually(() => service.HasExited || MountTable.TopAt(bytes) is not null) || service.HasExited
            || Files.StatAt(Fd.WorkingDirectory, bytes, out _).IsError)
        {
            string log = service.Log;
            workspace.Stop(service, path);
            throw new IOException($"{layer.Title} did not mount: {log}");
        }

        return new LayerMount(workspace, path, service, service.Id);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_service is not null)
        {
            _workspace.Stop(_service, Path);
        }
    }
}
