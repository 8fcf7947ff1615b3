using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.ManifestTests;

/// <summary>The mounter keeps the share mounted, and nothing that hangs holds it up.</summary>
public sealed class MounterTests
{
    private const string Share = MounterScript.Share;

    [Fact]
    public void TheShareIsMountedAsTheKernelsClientsNeedIt()
    {
        using MounterScript mounter = new();

        mounter.Until(() => mounter.Mounts is [Share]);

        Assert.Equal([$"{Share} {mounter.MountPoint} -o ro,nosuid,nodev,noexec,vers=3.1.1,hard,echo_interval=5,guest"], mounter.Calls);
    }

    [Fact]
    public void OptionsAndCredentialsArePassedOn()
    {
        using TempTree tree = new();
        string credentials = tree.Write("credentials", "username=plex\npassword=secret\n");
        using MounterScript mounter = new("", null, "OPTIONS=soft,vers=3.0", $"CREDENTIALS={credentials}");

        mounter.Until(() => mounter.Mounts is [Share]);

        Assert.EndsWith($",echo_interval=5,credentials={credentials},soft,vers=3.0", mounter.Calls[0], StringComparison.Ordinal);
        Assert.DoesNotContain("guest", mounter.Calls[0], StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsGoneIsMountedAgain()
    {
        using MounterScript mounter = new();
        mounter.Until(() => mounter.Mounts is [Share]);

        Detach(mounter.MountPoint);

        mounter.Until(() => mounter.Mounts is [Share] && mounter.Calls.Length == 2);
    }

    [Fact]
    public void AServerThatIsNotThereIsTriedAgain()
    {
        using TempTree server = new();
        using MounterScript mounter = new($"[ -e '{server.At("up")}' ] || {{ echo 'mount error(111): could not connect' >&2; exit 32; }}\n{MounterScript.Tmpfs}");
        mounter.Until(() => mounter.Calls.Length >= 2);
        Assert.Empty(mounter.Mounts);

        _ = server.Write("up");

        mounter.Until(() => mounter.Mounts is [Share]);
        mounter.Until(() => mounter.Log.Contains("mount error(111)", StringComparison.Ordinal));
    }

    [Fact]
    public void ABareMountPointIsClosedToConsumers()
    {
        using MounterScript mounter = new("exit 32");
        mounter.Until(() => mounter.Calls.Length > 0);

        CommandResult listing = Commands.Run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "ls", mounter.MountPoint);

        Assert.NotEqual(0, listing.ExitCode);
        Assert.Contains("Permission denied", listing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AMountThatIsThereIsLeftAlone()
    {
        using MounterScript mounter = new("", point => Mount(Share, point));

        mounter.UntilSaid($"{Share} is mounted");

        Assert.Equal(0, mounter.Terminate());
        Assert.Empty(mounter.Calls);
    }

    [Fact]
    public void AnotherShareMakesWay()
    {
        using MounterScript mounter = new("", point => Mount("//server/old", point));

        mounter.Until(() => mounter.Mounts is [Share]);
    }

    [Fact]
    public void WhatSomebodyElseMountedThereStays()
    {
        using MounterScript mounter = new("", point => Mount("something", point));

        mounter.UntilSaid("a mount of something else (something)");

        Assert.Equal(0, mounter.Terminate());
        Assert.Equal(["something"], mounter.Mounts);
        Assert.Empty(mounter.Calls);
    }

    [Fact]
    public void SigtermUnmountsWhatIsInUse()
    {
        using MounterScript mounter = new();
        mounter.Until(() => mounter.Mounts is [Share]);
        using Service consumer = new("sleep", ["300"], start => start.WorkingDirectory = mounter.MountPoint);

        Assert.Equal(0, mounter.Terminate());

        Assert.Empty(mounter.Mounts);
    }

    [Fact]
    public void AfterSigkillTheMountIsTakenOver()
    {
        using MounterScript killed = new();
        killed.Until(() => killed.Mounts is [Share]);
        killed.Kill();
        Assert.Equal([Share], killed.Mounts);

        using MounterScript next = new("", null, $"MOUNT_POINT={killed.MountPoint}");
        next.UntilSaid($"{Share} is mounted");

        Assert.Equal(0, next.Terminate());
        Assert.Empty(killed.Mounts);
        Assert.Empty(next.Calls);
    }

    [Fact]
    public void AMountCallThatHangsHoldsNothingUp()
    {
        using MounterScript mounter = new("trap '' TERM; while :; do sleep 1; done");

        mounter.UntilSaid("mount has taken");

        _ = Assert.Single(mounter.Calls);
        Assert.Equal(0, mounter.Terminate());
    }

    [Fact]
    public void AMountThatHangsHoldsNothingUp()
    {
        using TempTree tree = new();
        Mounted? mounted = null;
        try
        {
            using MounterScript mounter = new("", point => mounted = HangingMount(tree, point));
            mounter.UntilSaid($"{Share} is mounted");

            // Somebody takes it away, which is noticed although whoever was inside hangs for good.
            Detach(mounter.MountPoint);
            mounter.Until(() => mounter.Calls.Length == 1 && mounter.Mounts is [Share]);
        }
        finally
        {
            mounted?.Service.Signal(18);
            mounted?.Dispose();
        }
    }

    [Fact]
    public void SigtermUnmountsWhatHangs()
    {
        using TempTree tree = new();
        Mounted? mounted = null;
        try
        {
            using MounterScript mounter = new("", point => mounted = HangingMount(tree, point));
            mounter.UntilSaid($"{Share} is mounted");

            Assert.Equal(0, mounter.Terminate());

            Assert.Empty(mounter.Mounts);
        }
        finally
        {
            mounted?.Service.Signal(18);
            mounted?.Dispose();
        }
    }

    [Theory]
    [InlineData("SHARE=")]
    [InlineData("SHARE=server/dfs")]
    [InlineData("SHARE=//server")]
    [InlineData("SHARE=//server/dfs/")]
    [InlineData(@"SHARE=\\server\dfs")]
    [InlineData("SHARE=//server/my files")]
    [InlineData("MOUNT_POINT=")]
    [InlineData("MOUNT_POINT=/mnt")]
    [InlineData("MOUNT_POINT=mnt/dfs")]
    [InlineData("MOUNT_POINT=/mnt/dfs/")]
    [InlineData("MOUNT_POINT=/mnt/my files")]
    [InlineData("INTERVAL=0")]
    [InlineData("INTERVAL=5s")]
    [InlineData("CREDENTIALS=/nowhere/at/all")]
    public void AWrongSettingIsSaidAndNothingDone(string setting)
    {
        using MounterScript mounter = new("", null, setting);

        Assert.Equal(1, mounter.WaitForExit());
        mounter.Until(() => mounter.Log.StartsWith($"mount-share: {setting.Split('=')[0]}", StringComparison.Ordinal));
        Assert.Empty(mounter.Calls);
    }

    private static void Mount(string source, string point) => Commands.ShellOutput($"mount -t tmpfs '{source}' '{point}'");

    private static void Detach(string point) => Assert.Equal(Errno.None, Mounts.Unmount(System.Text.Encoding.UTF8.GetBytes(point), UnmountFlags.Detach));

    // A FUSE mount under the share's name, whose daemon does not answer.
    private static Mounted HangingMount(TempTree tree, string point)
    {
        Mounted mounted = Mounted.Mirror(tree.MakeDirectory("source"), point, "-o", $"fsname={Share}");
        mounted.Service.Signal(19);
        if (!Commands.Eventually(() => Commands.Run("timeout", "--signal=KILL", "2", "ls", point).ExitCode == 137, 60))
        {
            throw new InvalidOperationException("the mount does not hang");
        }

        return mounted;
    }
}
