using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>nlinkfs status, list and health, which answer most of all when something hangs.</summary>
public sealed class StatusTests : IDisposable
{
    private const int Stop = 19;
    private const int Continue = 18;
    private const int Kill = 9;

    private readonly TempTree _tree = new();
    private readonly string _source;
    private readonly string _mirror;

    public StatusTests()
    {
        _source = _tree.MakeDirectory("source");
        _mirror = _tree.MakeDirectory("mirror");
        _ = _tree.Write("source/file", "content");
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void StatusTellsPeopleHowAMirrorDoes()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror, "--io=proxy");
        CommandResult result = Nlinkfs("status", _mirror);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Matches(
            $"""
            ^mirror:     {_mirror}
            source:     {_source} \(\w+\), present since \d\d\d\d-\d\d-\d\d \d\d:\d\d:\d\d \(\d+s\)
            data path:  proxy, because asked for
            daemon:     pid {mirror.Service.Id}, up \d+s, version \d+\.\d+\.\d+\S*, FUSE 7\.\d+
            in use:     1 name known, 0 files open, \d+ workers?, \d+\.\d MB of memory
            $
            """,
            result.Output);
        Assert.Contains($"mirror:     {_mirror}\n", Nlinkfs("status").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void StatusTellsProgramsTheSame()
    {
        using Fixture mount = new(SourceKind.CSharp, [], "--entry-timeout=2s");
        Fd held = Look.Open(mount.InMirror("Movies/Sintel (2010)/Sintel (2010).mkv"));
        JsonElement report = Json("status", "--json", mount.Mirror.Path);
        held.Close();
        Assert.Equal(mount.Mirror.Path, report.GetProperty("mountPoint").GetString());
        Assert.Equal(mount.Source.Path, report.GetProperty("source").GetString());
        Assert.Equal("fuse.testsource", report.GetProperty("sourceType").GetString());
        Assert.Equal(mount.Mirror.Service.Id, report.GetProperty("pid").GetInt32());
        Assert.Equal("proxy", report.GetProperty("dataPath").GetProperty("name").GetString());
        Assert.Equal("present", report.GetProperty("sourceState").GetProperty("state").GetString());
        Assert.Equal(0, report.GetProperty("sourceState").GetProperty("losses").GetInt64());
        Assert.Equal(1, report.GetProperty("openFiles").GetInt32());
        Assert.Equal(4, report.GetProperty("nodes").GetInt32());
        Assert.Equal(2, report.GetProperty("times").GetProperty("entryTimeoutSeconds").GetDouble());
        Assert.InRange(report.GetProperty("residentBytes").GetInt64(), 1_000_000, 1_000_000_000);
        Assert.InRange(DateTimeOffset.UtcNow - report.GetProperty("startedAt").GetDateTimeOffset(), TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.Contains(
            Json("status", "--json").EnumerateArray(),
            one => one.TryGetProperty("mountPoint", out JsonElement path) && path.GetString() == mount.Mirror.Path);
    }

    [Fact]
    public void WatchShowsItAgainAndAgain()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        using Service watch = new(Programs.Nlinkfs, ["status", "--watch", _mirror]);
        Assert.True(Commands.Eventually(() => watch.Log.Split("data path:").Length > 3, 20));
        watch.Signal(2);
        Assert.NotEqual(-1, watch.WaitForExit());
    }

    [Fact]
    public void PathsThatAreNoMirrorAreToldSoWithoutBeingEntered()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        Assert.Equal((1, $"nlinkfs: {_source} is not a mount point\n         nlinkfs list shows the mirrors\n"), Failure("status", _source));
        Assert.Equal((1, $"nlinkfs: {_mirror}/file is inside a mirror\n         the mirror is {_mirror}\n"), Failure("status", $"{_mirror}/file"));
        Assert.Equal((1, "nlinkfs: /proc is a proc mount, not a mirror\n         nlinkfs list shows the mirrors\n"), Failure("status", "/proc"));
        Assert.Equal(1, Failure("status", "/no/such").ExitCode);
        Assert.Contains("--jsno: no such option", Failure("status", "--jsno").Error, StringComparison.Ordinal);
        Assert.Equal(1, Nlinkfs("health", _source).ExitCode);
        string link = _tree.At("link");
        _ = File.CreateSymbolicLink(link, _mirror);
        Assert.Equal(0, Nlinkfs("health", link).ExitCode);
        Assert.Equal("present\n", Commands.ShellOutput($"cd '{_mirror}' && '{Programs.Nlinkfs}' status --json . | grep -o present"));
        Assert.Contains(_mirror, Nlinkfs("[suggest:15]", "nlinkfs status ").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ListShowsEachMirrorAndWhichAreDead()
    {
        using Mounted alive = Mounted.Mirror(_source, _mirror);
        using Mounted dead = Mounted.Mirror(_mirror, _tree.At("second"), "--io=proxy");
        dead.Service.Signal(Kill);
        _ = dead.Service.WaitForExit();
        CommandResult list = Nlinkfs("list");
        Assert.Equal((0, ""), (list.ExitCode, list.Error));
        Assert.Matches(@"^MOUNTPOINT +SOURCE +STATE +PATH +UPTIME\n", list.Output);
        Assert.Matches($@"(?m)^{_mirror} +{_source} +present +passthrough +\d+s$", list.Output);
        Assert.Matches($@"(?m)^{dead.Path} +{_mirror} +dead +- +-$", list.Output);

        JsonElement[] both = [.. Json("list", "--json").EnumerateArray().Where(one => one.GetProperty("mountPoint").GetString()!.StartsWith(_tree.Root, StringComparison.Ordinal))];
        Assert.Equal(["present", "dead"], both.Select(one => one.GetProperty("state").GetString()!));
        Assert.Equal(alive.Service.Id, both[0].GetProperty("pid").GetInt32());
        Assert.Contains("no daemon answers", both[1].GetProperty("error").GetString(), StringComparison.Ordinal);

        Assert.Equal(4, Nlinkfs("status", dead.Path).ExitCode);
        Assert.Equal(1, Nlinkfs("health", "--live", dead.Path).ExitCode);
        File.Delete(SocketOf(dead.Path));
    }

    [Fact]
    public void AStoppedDaemonHangsNobody()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        StopNow(mirror.Service);
        try
        {
            (CommandResult status, double seconds) = Timed("status", "--timeout=2s", _mirror);
            Assert.InRange(seconds, 1.9, 20);
            Assert.Equal(4, status.ExitCode);
            Assert.Contains($"the daemon (pid {mirror.Service.Id}) does not answer", status.Output, StringComparison.Ordinal);
            Assert.Equal("silent", Json("status", "--timeout=500ms", "--json", _mirror).GetProperty("state").GetString());
            CommandResult live = Nlinkfs("health", "--live", "--timeout=500ms", _mirror);
            Assert.Equal((1, $"not live: the daemon (pid {mirror.Service.Id}) does not answer\n"), (live.ExitCode, live.Output));
            Assert.Matches($@"(?m)^{_mirror} +{_source} +silent ", Nlinkfs("list", "--timeout=500ms").Output);
        }
        finally
        {
            mirror.Service.Signal(Continue);
        }

        Assert.Equal(0, Nlinkfs("health", "--timeout=24h", _mirror).ExitCode);
    }

    [Fact]
    public void AProbeThatIsRepeatedFillsNoQueueForEver()
    {
        const int MoreThanTheQueueHolds = 200;
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        StopNow(mirror.Service);
        try
        {
            for (int i = 0; i < MoreThanTheQueueHolds; i++)
            {
                Assert.Equal(1, Nlinkfs("health", "--timeout=0", _mirror).ExitCode);
            }

            Assert.InRange(Timed("status", "--timeout=1s", _mirror).Seconds, 0, 20);
        }
        finally
        {
            mirror.Service.Signal(Continue);
        }

        Assert.Equal(0, Nlinkfs("status", _mirror).ExitCode);
    }

    [Fact]
    public void AStoppedSourceDoesNotKeepTheDaemonFromAnswering()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--entry-timeout=0", "--attr-timeout=0"], "--entry-timeout=0", "--attr-timeout=0");
        StopNow(mount.Source.Service);
        Service[] waiting = [.. Enumerable.Range(0, 8).Select(i => new Service("/usr/bin/stat", [mount.InMirror($"Movies/missing {i}")]))];
        try
        {
            Assert.True(Commands.Eventually(() => Json("status", "--json", mount.Mirror.Path).GetProperty("workers").GetInt32() > waiting.Length));
            Assert.InRange(Timed("status", "--timeout=30s", mount.Mirror.Path).Seconds, 0, 5);
            Assert.Equal(0, Nlinkfs("health", "--live", mount.Mirror.Path).ExitCode);
        }
        finally
        {
            mount.Source.Service.Signal(Continue);
            foreach (Service one in waiting)
            {
                one.Dispose();
            }
        }
    }

    [Fact]
    public void ALostSourceIsToldAndWhoWaitsForIt()
    {
        using Fixture mount = new(SourceKind.CSharp, [], "--grace=60s", "--entry-timeout=0");
        _ = Commands.ShellOutput($"umount -l '{mount.Source.Path}'");
        Assert.True(Commands.Eventually(() => Nlinkfs("status", mount.Mirror.Path).ExitCode == 3));
        using Service waiting = new("/usr/bin/stat", [mount.InMirror("Movies/missing")]);
        Assert.True(Commands.Eventually(() => Json("status", "--json", mount.Mirror.Path).GetProperty("sourceState").GetProperty("waiting").GetInt32() > 0));
        Assert.Matches($@"(?m)^source:     {mount.Source.Path}, lost since [^;]+; \d calls? waits?, 1 loss$", Nlinkfs("status", mount.Mirror.Path).Output);
        CommandResult ready = Nlinkfs("health", mount.Mirror.Path);
        Assert.Equal(1, ready.ExitCode);
        Assert.StartsWith("not ready: the source is lost since ", ready.Output, StringComparison.Ordinal);
        Assert.Equal(0, Nlinkfs("health", "--live", mount.Mirror.Path).ExitCode);
        Assert.Matches($@"(?m)^{mount.Mirror.Path} +{mount.Source.Path} +lost +proxy ", Nlinkfs("list").Output);
    }

    [Fact]
    public void ClientsThatMisbehaveHarmNobody()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        string path = SocketOf(_mirror);
        Assert.Equal("""{"error":"unknown command \u0022nonsense\u0022; there are: status"}""", Converse(path, "nonsense now\n"u8));
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

    /// <summary>The signal stops one thread after the other.</summary>
    private static void StopNow(Service service)
    {
        service.Signal(Stop);
        Assert.True(Commands.Eventually(() => Directory.GetDirectories($"/proc/{service.Id}/task").All(
            thread => File.ReadAllText($"{thread}/stat").Contains(") T ", StringComparison.Ordinal))));
    }

    private static CommandResult Nlinkfs(params string[] arguments) => Commands.Run(Programs.Nlinkfs, arguments);

    private static (int ExitCode, string Error) Failure(params string[] arguments)
    {
        CommandResult result = Nlinkfs(arguments);
        return (result.ExitCode, result.Error);
    }

    private static (CommandResult Result, double Seconds) Timed(params string[] arguments)
    {
        Stopwatch watch = Stopwatch.StartNew();
        CommandResult result = Nlinkfs(arguments);
        return (result, watch.Elapsed.TotalSeconds);
    }

    private static JsonElement Json(params string[] arguments) => JsonDocument.Parse(Nlinkfs(arguments).Output).RootElement;

    private static string SocketOf(string mountPoint)
    {
        MountEntry mount = MountTable.TopAt(Encoding.UTF8.GetBytes(mountPoint))!;
        return string.Create(CultureInfo.InvariantCulture, $"/run/nlinkfs/{mount.Major}-{mount.Minor}.sock");
    }

    private static Socket Connect(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static string Converse(string path, ReadOnlySpan<byte> line)
    {
        using Socket socket = Connect(path);
        byte[] buffer = new byte[16384];
        int length = 0;
        try
        {
            _ = socket.Send(line);
        }
        catch (SocketException)
        {
            // It need not take all of it before it answers and closes.
        }

        try
        {
            while (socket.Receive(buffer, length, buffer.Length - length, SocketFlags.None) is > 0 and int count)
            {
                length += count;
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // How it ends then.
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private CommandResult Nobody(string[] capabilities, params string[] arguments) =>
        Commands.Run("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", .. capabilities, "--", _tree.At("nlinkfs"), .. arguments], TimeSpan.FromSeconds(60));
}
