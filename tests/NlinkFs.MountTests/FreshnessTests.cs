using System.Globalization;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>What changes in the source shows within the time to live, and what does not change is not asked for.</summary>
public sealed class FreshnessTests
{
    [Theory]
    [InlineData("0", 0.3)]
    [InlineData("1s", 1.5)]
    public void ChangesShowWithinTheTimeToLive(string ttl, double seconds)
    {
        using TempTree tree = new();
        string resized = tree.Write("source/dir/resized", "12345");
        string removed = tree.Write("source/dir/removed", "x");
        string replaced = tree.Write("source/dir/replaced", "file");
        using Mounted mirror = Mounted.Mirror(
            tree.At("source"), tree.At("mirror"), "-o", string.Create(CultureInfo.InvariantCulture, $"entry-timeout={ttl},attr-timeout={ttl},negative-timeout={ttl}"));
        string dir = tree.At("mirror/dir");
        Assert.Equal(5ul, Look.At($"{dir}/resized").Size);
        Assert.Equal(Errno.ENOENT, Look.ErrorAt($"{dir}/added"));
        Assert.Equal(FileType.Regular, Look.At($"{dir}/replaced").Type);
        Assert.Equal(5, Look.List(dir).Count);

        File.WriteAllText(resized, "1234567890");
        File.Delete(removed);
        File.Delete(replaced);
        _ = Directory.CreateDirectory(replaced);
        _ = tree.Write("source/dir/added", "new");
        Thread.Sleep(TimeSpan.FromSeconds(seconds));

        Assert.Equal(10ul, Look.At($"{dir}/resized").Size);
        Assert.Equal("1234567890", File.ReadAllText($"{dir}/resized"));
        Assert.Equal(Errno.ENOENT, Look.ErrorAt($"{dir}/removed"));
        Assert.Equal(FileType.Directory, Look.At($"{dir}/replaced").Type);
        Assert.Equal("new", File.ReadAllText($"{dir}/added"));
        Assert.Equal([".", "..", "added", "replaced", "resized"], Look.List(dir).Select(entry => entry.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void WithinTheTimeToLiveTheSourceIsNotAsked()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--entry-timeout", "0", "--attr-timeout", "0"], "-o", "entry-timeout=60s,attr-timeout=60s,negative-timeout=60s");
        string file = mount.InMirror("Movies/Sintel (2010)/Sintel (2010).en.srt");
        string missing = mount.InMirror("Movies/missing");
        _ = Look.At(file);
        _ = Look.ErrorAt(missing);
        (long lookups, long attributes) = (mount.Count("LOOKUP"), mount.Count("GETATTR"));
        for (int i = 0; i < 100; i++)
        {
            _ = Look.At(file);
            Assert.Equal(Errno.ENOENT, Look.ErrorAt(missing));
        }

        // Reading the counts asks for the file they are in, some times; but nothing was asked a hundred times.
        Assert.InRange(mount.Count("LOOKUP") - lookups, 0, 10);
        Assert.InRange(mount.Count("GETATTR") - attributes, 0, 20);
    }

    [Fact]
    public void AttributesOfAListingNeedNoMoreCalls()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--wide", "wide=500"]);
        _ = Commands.ShellOutput($"ls -l '{mount.InMirror("wide")}'");

        // 500 entries are told in a few READDIRPLUS, not looked up one by one.
        Assert.InRange(mount.Count("LOOKUP") + mount.Count("GETATTR"), 0, 60);
    }
}
