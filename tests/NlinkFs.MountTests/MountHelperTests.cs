using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>The system's ways in: mount(8), fstab, and users who are not root.</summary>
public sealed class MountHelperTests : IDisposable
{
    private readonly TempTree _tree = new();
    private readonly string _source;
    private readonly string _mirror;

    public MountHelperTests()
    {
        _source = _tree.MakeDirectory("source");
        _mirror = _tree.MakeDirectory("mirror");
        _ = _tree.Write("source/file", "content");
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void MountFindsItByItsType()
    {
        // mount(8) finds helpers and programs in the system's directories: in a mount namespace of its own, one of them is the test's.
        string fstab = _tree.Write("fstab", $"{_source} {_mirror} fuse.nlinkfs ro,noauto,nofail,_netdev,x-systemd.requires=network.target 0 0\n");
        CommandResult result = Commands.Run("unshare", "-m", "/bin/bash", "-ec", $"""
            mount -t tmpfs tmpfs /usr/local/bin
            ln -s '{Programs.Nlinkfs}' /usr/local/bin/nlinkfs
            export PATH=$PATH:/usr/local/bin
            mount -t fuse.nlinkfs -o ro,x-systemd.automount,entry-timeout=2s '{_source}' '{_mirror}'
            cat '{_mirror}/file'
            umount '{_mirror}'
            mount --fstab '{fstab}' '{_mirror}'
            findmnt -n -o FSTYPE '{_mirror}'
            umount '{_mirror}'
            mount -t fuse.nlinkfs -o entry-timeout=soon '{_source}' '{_mirror}' || echo refused
            """);
        Assert.Equal("contentfuse.nlinkfs\nrefused\n", result.Output);
        Assert.Contains("a duration such as 30s", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void UnderItsHelperNameItTakesWhatMountPasses()
    {
        string helper = _tree.At("mount.nlinkfs");
        _ = File.CreateSymbolicLink(helper, Programs.Nlinkfs);
        CommandResult mounted = Commands.Run(helper, _source, _mirror, "-s", "-v", "-n", "-o", "rw,dev,suid,nofail");
        Assert.True(mounted.ExitCode == 0, mounted.ToString());
        Assert.Contains("ro", MountTable.TopAt(System.Text.Encoding.UTF8.GetBytes(_mirror))!.Options.Split(','));
        _ = Commands.ShellOutput($"umount '{_mirror}'");
        Assert.Equal(0, Commands.Run(helper, "-f", _source, _mirror, "-o", "ro").ExitCode);
        Assert.Null(MountTable.TopAt(System.Text.Encoding.UTF8.GetBytes(_mirror)));
    }

    [Fact]
    public void AUserMountsThroughFusermount()
    {
        _ = Commands.ShellOutput($"chown 65534:65534 '{_mirror}'; chmod 700 '{_source}'; chown -R 65534 '{_source}'");
        CommandResult result = AsNobody($"""
            '{UserReachable()}' mount -o fsname=mine '{_source}' '{_mirror}'
            findmnt -n -o FSTYPE,SOURCE '{_mirror}'
            grep -o user_id=65534 /proc/self/mountinfo
            cat '{_mirror}/file'
            '{_tree.At("nlinkfs")}' unmount '{_mirror}'
            findmnt '{_mirror}' || echo ' unmounted'
            """);
        Assert.Equal(("fuse.nlinkfs mine\nuser_id=65534\ncontent unmounted\n", ""), (result.Output, result.Error));
    }

    [Fact]
    public void AUserWhoMayNotMountThereIsToldSo()
    {
        CommandResult refused = AsNobody($"'{UserReachable()}' mount '{_source}' '{_mirror}'");
        Assert.Equal(32, refused.ExitCode);
        Assert.Contains("the mount point has to belong to you", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>Runs a script without privileges, with a /dev/fuse that lets everybody in, as udev makes it.</summary>
    private CommandResult AsNobody(string script) => Commands.Run("unshare", "-m", "/bin/bash", "-ec", $"""
        mknod -m 666 '{_tree.At("fuse")}' c 10 229
        mount --bind '{_tree.At("fuse")}' /dev/fuse
        install -d -o 65534 -m 700 '{_tree.At("run")}'
        export XDG_RUNTIME_DIR='{_tree.At("run")}'
        exec setpriv --reuid=65534 --regid=65534 --clear-groups -- /bin/bash -e '{_tree.Write("script", script)}'
        """);

    /// <summary>The published program may lie where another user cannot go.</summary>
    private string UserReachable()
    {
        string copy = _tree.At("nlinkfs");
        File.Copy(Programs.Nlinkfs, copy);
        return copy;
    }
}
