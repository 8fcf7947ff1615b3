using System.Net.Sockets;
using NlinkFs.Testing;
using Xunit;
using static NlinkFs.MountTests.Asking;

namespace NlinkFs.MountTests;

/// <summary>The socket that nlinkfs status asks at.</summary>
public sealed class ControlSocketTests : IDisposable
{
    private const int Kill = 9;

    private readonly TempTree _tree = new();
    private readonly string _source;
    private readonly string _mirror;

    public ControlSocketTests()
    {
        _source = _tree.MakeDirectory("source");
        _mirror = _tree.MakeDirectory("mirror");
        _ = _tree.Write("source/file", "content");
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void ClientsThatMisbehaveHarmNobody()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        string path = SocketOf(_mirror);
        Assert.Equal("""{"error":"unknown command \u0022nonsense\u0022; there are: status, refresh, log-level, trace"}""", Converse(path, "nonsense now\n"u8));
        Assert.Contains("error", Converse(path, "\n"u8), StringComparison.Ordinal);
        Assert.Contains("error", Converse(path, [0, 255, 254, (byte)'\r', (byte)'\n']), StringComparison.Ordinal);
        Assert.Contains("one line of at most", Converse(path, new byte[10_000_000]), StringComparison.Ordinal);
        Assert.Contains("\"state\":\"present\"", Converse(path, "status\n"u8), StringComparison.Ordinal);

        Socket[] silent = [.. Enumerable.Range(0, 50).Select(_ => Connect(path))];

        // One after the other they would take their two seconds each.
        Assert.Equal(0, Nlinkfs("status", "--timeout=20s", _mirror).ExitCode);
        Assert.All(silent, client => Assert.Equal(0, client.Receive(new byte[1])));
        foreach (Socket client in silent)
        {
            client.Dispose();
        }

        Assert.Equal(0, Nlinkfs("status", _mirror).ExitCode);
        Assert.Equal("content", File.ReadAllText(Path.Combine(_mirror, "file")));
        Assert.DoesNotContain("ERR", mirror.Service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void ProbesDoNotMakeTheDaemonGrow()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        string path = SocketOf(_mirror);
        for (int i = 0; i < 3000; i++)
        {
            _ = Converse(path, "status\n"u8);
        }

        Assert.InRange(Json("status", "--json", _mirror).GetProperty("residentBytes").GetInt64(), 0, 18_000_000);
        Assert.InRange(Directory.GetFiles($"/proc/{mirror.Service.Id}/fd").Length, 1, 30);
    }

    [Fact]
    public void TheSocketIsPrivateAndGoesWithTheMirror()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        string path = SocketOf(_mirror);
        Assert.Equal("600", Commands.ShellOutput($"stat -c %a '{path}'").Trim());
        Assert.Equal("700", Commands.ShellOutput($"stat -c %a '{Path.GetDirectoryName(path)}'").Trim());
        Assert.Equal(0, Nlinkfs("unmount", _mirror).ExitCode);
        Assert.Equal(0, mirror.Service.WaitForExit());
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void TheSocketOfAKilledDaemonIsReplaced()
    {
        using Mounted killed = Mounted.Mirror(_source, _mirror);
        string path = SocketOf(_mirror);
        killed.Service.Signal(Kill);
        _ = killed.Service.WaitForExit();
        Assert.True(File.Exists(path));

        // The number of a mount that is gone is given to the next one, unless another test is faster.
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        Assert.Equal(mirror.Service.Id, Json("status", "--json", _mirror).GetProperty("pid").GetInt32());
        if (SocketOf(_mirror) != path)
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void OtherUsersAreRefused()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        File.Copy(Programs.Nlinkfs, _tree.At("nlinkfs"));
        CommandResult closed = Nobody([], "status", _mirror);
        Assert.Equal(4, closed.ExitCode);
        Assert.Contains("it is another user's mirror", closed.Output, StringComparison.Ordinal);
        Assert.Matches($@"(?m)^{_mirror} +{_source} +refused ", Nobody([], "list").Output);

        // Not even one whom the permissions of the directory and the socket do not stop.
        CommandResult capable = Nobody(["--inh-caps=+dac_override", "--ambient-caps=+dac_override"], "status", _mirror);
        Assert.Equal(4, capable.ExitCode);
        Assert.Contains("the daemon refuses: only root and the user", capable.Output, StringComparison.Ordinal);
        mirror.Service.WaitFor("Refused to answer user 65534");
    }

    [Fact]
    public void AUsersMirrorAnswersThatUserAndRoot()
    {
        File.Copy(Programs.Nlinkfs, _tree.At("nlinkfs"));
        string script = $"""
            mknod -m 666 '{_tree.At("fuse")}' c 10 229
            mount --bind '{_tree.At("fuse")}' /dev/fuse
            mount -t tmpfs -o mode=755 tmpfs /run
            chown 65534:65534 '{_mirror}' '{_source}'
            as_nobody() (cd /; setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@")
            as_nobody '{_tree.At("nlinkfs")}' mount --io=proxy '{_source}' '{_mirror}'
            stat -c '%a %u' /tmp/nlinkfs-65534
            as_nobody '{_tree.At("nlinkfs")}' health '{_mirror}' | cut -d: -f1
            '{_tree.At("nlinkfs")}' health '{_mirror}' | cut -d: -f1
            as_nobody '{_tree.At("nlinkfs")}' unmount '{_mirror}'
            rmdir --ignore-fail-on-non-empty /tmp/nlinkfs-65534
            """;
        CommandResult result = Commands.Run("unshare", "-m", "/bin/bash", "-ec", script);
        Assert.Equal(("700 65534\nready\nready\n", ""), (result.Output, result.Error));
    }

    [Fact]
    public void WithoutAPlaceForItsSocketAMirrorStillServes()
    {
        CommandResult result = Commands.Run("unshare", "-m", "/bin/bash", "-ec", $"""
            mount -t tmpfs -o ro tmpfs /run
            '{Programs.Nlinkfs}' mount '{_source}' '{_mirror}'
            cat '{_mirror}/file'
            '{Programs.Nlinkfs}' status '{_mirror}' | grep -o 'no daemon answers'
            '{Programs.Nlinkfs}' unmount '{_mirror}'
            """);
        Assert.Equal((0, "contentno daemon answers\n"), (result.ExitCode, result.Output));
        Assert.Contains("No control socket, so nlinkfs status gets no answer: ", result.Error, StringComparison.Ordinal);
    }

    private CommandResult Nobody(string[] capabilities, params string[] arguments) =>
        Commands.Run("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", .. capabilities, "--", _tree.At("nlinkfs"), .. arguments], TimeSpan.FromSeconds(60));
}
