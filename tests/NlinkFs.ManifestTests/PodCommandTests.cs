using System.Text;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.ManifestTests;

/// <summary>What the pods' probes, hooks and init containers run does what it is there for: their own text, at directories of the test's.</summary>
public sealed class PodCommandTests : IDisposable
{
    private readonly TempTree _tree = new();
    private readonly FragileSource _source;

    public PodCommandTests() => _source = new FragileSource(SourceKind.CSharp, _tree.At("mnt/dfs"));

    public static TheoryData<string> Pods => ["share", "direct"];

    [Theory]
    [MemberData(nameof(Pods))]
    public void LeftoversAreUnmountedWhateverStateTheyAreIn(string name)
    {
        // A source that has died on top of another mount, one that hangs, and one with a space in its path.
        Mount("mnt/dfs");
        _ = _source.Start();
        _source.Crash();
        using Mounted hanging = Mounted.Source(SourceKind.CSharp, _tree.At("mnt/dfs hangs"));
        hanging.Service.Signal(19);
        Mount("mnt/another one");
        Mount("export/dfs");
        Mount("export/of others");

        CommandResult result = Run(Container(name, "clean").Command);
        hanging.Service.Signal(18);

        Assert.True(result.ExitCode == 0, $"{result}");
        Assert.Empty(MountedBelow("mnt"));
        Assert.Equal(name == "direct" ? ["of others"] : ["dfs", "of others"], MountedBelow("export"));
        Assert.Equal("1000:1000", Owner("mnt/dfs"));
    }

    [Theory]
    [MemberData(nameof(Pods))]
    public void OnANewNodeTheMountPointsAreMade(string name)
    {
        _ = Commands.ShellOutput($"rm -r '{_tree.At("mnt/dfs")}' && mkdir -p '{_tree.At("export")}'");

        CommandResult result = Run(Container(name, "clean").Command);

        Assert.True(result.ExitCode == 0, $"{result}");
        Assert.Equal("1000:1000", Owner("mnt/dfs"));
    }

    [Fact]
    public void ABareMirrorIsClosedToConsumers()
    {
        _ = _tree.MakeDirectory("export");
        _ = Run(Container("direct", "clean").Command);

        CommandResult listing = Commands.Run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "ls", _tree.At("export/dfs"));

        Assert.Contains("Permission denied", listing.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pods))]
    public void TheSourceHasStartedWhenItIsMounted(string name)
    {
        string[] probe = [.. Container(name, "decypharr").Spec.StartupProbe.Exec.Command];
        Assert.NotEqual(0, Run(probe).ExitCode);

        _ = _source.Start();
        Assert.Equal(0, Run(probe).ExitCode);

        _source.Freeze();
        Assert.Equal(0, Run(probe).ExitCode);
    }

    [Theory]
    [MemberData(nameof(Pods))]
    public void TheSourcesMountIsTakenAwayWhoeverIsInside(string name)
    {
        _ = _source.Start();
        using Service inside = new("sleep", ["300"], start => start.WorkingDirectory = _source.Path);
        _source.Freeze();

        CommandResult result = Run([.. Container(name, "decypharr").Spec.Lifecycle.PreStop.Exec.Command]);

        Assert.True(result.ExitCode == 0, $"{result}");
        Assert.Empty(MountedBelow("mnt"));
        _ = inside.Stop();
    }

    [Fact]
    public void TheMounterIsReadyWhenTheShareIsMounted()
    {
        PodContainer mounter = Container("mounter", "mounter");
        string[] probe = [.. mounter.Spec.ReadinessProbe.Exec.Command];
        Mount("mnt/dfs", "//another/share");
        Assert.NotEqual(0, Run(probe, mounter.Environment).ExitCode);

        Mount("mnt/dfs", mounter.Environment["SHARE"]);

        Assert.Equal(0, Run(probe, mounter.Environment).ExitCode);
    }

    [Theory]
    [InlineData("plex")]
    [InlineData("sonarr")]
    [InlineData("radarr")]
    public void AConsumerWaitsForTheFiles(string name)
    {
        string[] command = Here(Container("consumers", "wait-for-files", name).Command);
        using Service waiting = new(command[0], command[1..]);
        Assert.Equal(-1, waiting.WaitForExit(1));

        Mount("mnt/dfs");

        Assert.Equal(0, waiting.WaitForExit(30));
    }

    public void Dispose()
    {
        _source.Dispose();
        _tree.Dispose();
    }

    private static PodContainer Container(string manifest, string name, string? pod = null) =>
        Manifest.Shipped(manifest).Containers.Single(container => container.Spec.Name == name && (pod is null || container.Pod.Name == pod));

    private void Mount(string path, string source = "tmpfs") => Commands.ShellOutput($"mkdir -p '{_tree.At(path)}' && mount -t tmpfs '{source}' '{_tree.At(path)}'");

    private string Owner(string path) => Commands.ShellOutput($"stat -c %u:%g '{_tree.At(path)}'").Trim();

    private string[] MountedBelow(string directory) => [.. MountTable.Read()
        .Select(mount => Encoding.UTF8.GetString(mount.MountPoint))
        .Where(path => path.StartsWith($"{_tree.At(directory)}/", StringComparison.Ordinal))
        .Select(path => Path.GetFileName(path))
        .Order()];

    private CommandResult Run(string[] command, Dictionary<string, string>? environment = null)
    {
        command = Here(command);
        return Commands.Run(command[0], command[1..], TimeSpan.FromSeconds(60), start =>
        {
            foreach ((string key, string value) in environment ?? [])
            {
                start.Environment[key] = Here(value);
            }
        });
    }

    private string[] Here(IEnumerable<string> words) => [.. words.Select(Here)];

    private string Here(string text) => text
        .Replace("/mnt", _tree.At("mnt"), StringComparison.Ordinal)
        .Replace("/export", _tree.At("export"), StringComparison.Ordinal);
}
