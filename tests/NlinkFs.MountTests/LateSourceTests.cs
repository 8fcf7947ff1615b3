using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>A source that is not there yet, or is not what it should be.</summary>
public sealed class LateSourceTests : IDisposable
{
    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("--source-mount")]
    [InlineData("--source-type=fuse.testsource")]
    [InlineData("--source-marker=Movies")]
    public void TheMountWaitsUntilTheSourceIsWhatItShouldBe(string expectation)
    {
        using FragileSource source = new(SourceKind.CSharp, _tree.At("source"));
        _ = _tree.MakeDirectory("mirror");
        using Service mount = new(Programs.Nlinkfs, ["mount", "--foreground", "--wait-source", expectation, source.Path, _tree.At("mirror")]);
        mount.WaitFor("Waiting for source");
        Thread.Sleep(600);
        Assert.DoesNotContain("Mirroring", mount.Log, StringComparison.Ordinal);
        source.Start();
        mount.WaitFor("Mirroring");
        Assert.Contains("Movies", Look.List(_tree.At("mirror")).Select(entry => entry.Name));
        Assert.Equal(0, mount.Stop());
    }

    [Fact]
    public void AnEmptyDirectoryIsTakenForTheMountPointOfALateSource()
    {
        using FragileSource source = new(SourceKind.CSharp, _tree.At("source"));
        _ = _tree.MakeDirectory("mirror");
        using Service mount = new(Programs.Nlinkfs, ["mount", "--foreground", "--wait-source", source.Path, _tree.At("mirror")]);
        mount.WaitFor("it is empty, and nothing is mounted there");
        source.Start();
        mount.WaitFor("Mirroring");
        Assert.Contains("Movies", Look.List(_tree.At("mirror")).Select(entry => entry.Name));
        Assert.Equal(0, mount.Stop());
    }

    [Fact]
    public void AnEmptyDirectoryIsMirroredByWhoeverSaysThatItIsNoMount()
    {
        _ = _tree.MakeDirectory("empty");
        using Mounted mirror = Mounted.Mirror(_tree.At("empty"), _tree.At("mirror"), "--wait-source=5s", "--source-mount=false");
        Assert.Equal([".", ".."], Look.List(mirror.Path).Select(entry => entry.Name));
    }

    [Fact]
    public void APathThatIsNotThereYetIsWaitedForToo()
    {
        _ = _tree.MakeDirectory("mirror");
        using Service mount = new(Programs.Nlinkfs, ["mount", "--foreground", "--wait-source", _tree.At("late/source"), _tree.At("mirror")]);
        mount.WaitFor("Waiting for source");
        _ = _tree.Write("late/source/file", "here");
        mount.WaitFor("Mirroring");
        Assert.Equal("here", File.ReadAllText(_tree.At("mirror/file")));
        Assert.Equal(0, mount.Stop());
    }

    [Fact]
    public void TheWaitHasAnEndAndSaysWhatWasMissing()
    {
        _ = _tree.MakeDirectory("source");
        _ = _tree.MakeDirectory("mirror");
        CommandResult mount = Commands.Run(
            Programs.Nlinkfs, "mount", "-o", "wait-source=1s,source-mount", _tree.At("source"), _tree.At("mirror"));
        Assert.Equal(32, mount.ExitCode);
        Assert.Contains("nothing is mounted there; waited 1 s", mount.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--source-mount", "nothing is mounted there")]
    [InlineData("--source-type=fuse.rclone", "not fuse.rclone")]
    [InlineData("--source-marker=.ready", "there is no .ready in it")]
    public void WithoutWaitingItIsAnError(string expectation, string said)
    {
        _ = _tree.MakeDirectory("source");
        _ = _tree.MakeDirectory("mirror");
        CommandResult mount = Commands.Run(Programs.Nlinkfs, "mount", expectation, _tree.At("source"), _tree.At("mirror"));
        Assert.Equal(32, mount.ExitCode);
        Assert.Contains(said, mount.Error, StringComparison.Ordinal);
        Assert.Contains("--wait-source", mount.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatLiesBeneathTheMountPointOfALostSourceIsNeverShown()
    {
        _ = _tree.Write("source/beneath", "not the source");
        using FragileSource source = new FragileSource(SourceKind.CSharp, _tree.At("source")).Start();
        using Mounted mirror = Mounted.Mirror(source.Path, _tree.At("mirror"), "--grace=1s", "-o", "entry-timeout=0.1s");
        source.CrashAndClear();
        Thread.Sleep(1500);
        Assert.True(Look.ErrorAt(mirror.At("beneath")) == Linux.Errno.EIO);
        Assert.Contains("Input/output error", Commands.Run("/bin/ls", mirror.Path).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AWaitingMountEndsWhenAsked()
    {
        _ = _tree.MakeDirectory("mirror");
        using Service mount = new(Programs.Nlinkfs, ["mount", "--foreground", "--wait-source", _tree.At("never"), _tree.At("mirror")]);
        mount.WaitFor("Waiting for source");
        Assert.Equal(32, mount.Stop(5));
    }
}
