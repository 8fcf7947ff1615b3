using k8s.Models;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.ManifestTests;

/// <summary>The overlay that container/README.md shows does what it says there.</summary>
public sealed class OverlayTests
{
    private readonly Manifest _manifest = Render();

    [Fact]
    public void AllIsInItsNamespace() => Assert.All(_manifest.Objects, o => Assert.Equal("media", o.Namespace()));

    [Fact]
    public void OurImageIsTheOneFromTheRegistry() => Assert.All(
        _manifest.Containers.Where(container => container.IsMirror || container.IsMounter || container.Spec.Name == "clean"),
        container => Assert.Equal("registry.example.org/nlinkfs-smb:0.1.0", container.Spec.Image));

    [Fact]
    public void SettingsAreAddedToThoseOfTheBase()
    {
        Dictionary<string, string> mirror = _manifest.Containers.Single(container => container.IsMirror).Environment;
        Dictionary<string, string> mounter = _manifest.Containers.Single(container => container.IsMounter).Environment;

        Assert.Equal("1000:1000", mirror["FORCE_USER"]);
        Assert.Equal("/mnt/dfs", mirror["NLINKFS_SOURCE"]);
        Assert.Equal("actimeo=5", mounter["OPTIONS"]);
        Assert.Equal("/mnt/dfs", mounter["MOUNT_POINT"]);
    }

    [Fact]
    public void ItKeepsEveryRule() => Assert.All(Rules.All, rule => Assert.Empty(rule.Violations(_manifest)));

    [Fact]
    public void ConsumersFindTheFilesWhereTheMounterPutsThem()
    {
        PodContainer mounter = _manifest.Containers.Single(container => container.IsMounter);
        foreach (PodContainer consumer in _manifest.Containers.Where(container => container.Spec.Name == "wait-for-files"))
        {
            Assert.Equal(mounter.Environment["MOUNT_POINT"], Assert.Single(consumer.MountPoints));
            Assert.Equal(OnTheNode(mounter), OnTheNode(consumer));
        }

        static string OnTheNode(PodContainer container) =>
            container.Pod.Volume(Assert.Single(container.PropagatedMounts, mount => mount.MountPath == "/mnt").Name)!.HostPath.Path;
    }

    private static Manifest Render()
    {
        string readme = File.ReadAllText(Path.Combine(Programs.Repository, "container/README.md"));
        string overlay = readme.Split("```yaml\n", 2)[1].Split("```", 2)[0];
        using TempTree tree = new();
        _ = Directory.CreateSymbolicLink(tree.At("nlinkfs"), Programs.Repository);
        // Debian's kubectl is from before "resources" could be directories; "bases" is understood by all.
        _ = tree.Write("kustomization.yaml", overlay.Replace("resources:", "bases:", StringComparison.Ordinal));
        return Manifest.Parse(Kustomize.Render(tree.Root));
    }
}
