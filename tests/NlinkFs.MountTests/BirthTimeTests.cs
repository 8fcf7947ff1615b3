using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>Birth times pass, for whoever wants one. A FUSE source is asked for them at each look, past its cache, so nobody else may.</summary>
public sealed class BirthTimeTests
{
    [Fact]
    public void ALocalSourcesArePassed()
    {
        using TempTree tree = new();
        _ = tree.Write("source/dir/file", "content");
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"));
        foreach (string path in (string[])["", "dir", "dir/file"])
        {
            StatxBuffer source = Look.At(tree.At($"source/{path}"));
            StatxBuffer shown = Look.At(tree.At($"mirror/{path}"));
            Assert.Equal(source.Mask & StatxMask.Btime, shown.Mask & StatxMask.Btime);
            Assert.Equal((source.Btime.Seconds, source.Btime.Nanoseconds), (shown.Btime.Seconds, shown.Btime.Nanoseconds));
        }
    }

    [Fact]
    public void AFuseSourceIsAskedForThemOnlyWhenAClientIs()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--births", "--sample"]);
        long atStart = mount.Count("STATX");
        _ = Commands.ShellOutput($"""
            cd '{mount.Mirror.Path}'
            ls -lR . && find . -size -100M -printf '%s %t %i\n' && stat -c '%n %s %Y %h %i' . Movies/* && cat readme.txt && cp -a readme.txt '{mount.Tree.At("copy")}'
            """);
        Assert.Equal(atStart, mount.Count("STATX"));

        foreach (string path in (string[])["Movies", "readme.txt"])
        {
            string born = Commands.ShellOutput($"stat -c %W '{mount.InMirror(path)}'");
            Assert.NotEqual("0\n", born);
            Assert.Equal(born, Commands.ShellOutput($"stat -c %W '{mount.InSource(path)}'"));
        }
    }

    [Fact]
    public void ASourceWithoutThemShowsNone()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--sample"]);
        Assert.Equal(StatxMask.None, Look.At(mount.InMirror("readme.txt")).Mask & StatxMask.Btime);
        Assert.Equal("0\n", Commands.ShellOutput($"stat -c %W '{mount.InMirror("readme.txt")}'"));
    }
}
