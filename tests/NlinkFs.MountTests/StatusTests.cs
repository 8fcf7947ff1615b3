using System.Text.Json;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;
using static NlinkFs.MountTests.Asking;

namespace NlinkFs.MountTests;

/// <summary>nlinkfs status and list.</summary>
public sealed class StatusTests : IDisposable
{
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
            served:     0 bytes read by the daemon; errors: none
            corrected:  \d+ inode

            operation +count +p50 +p99
            (\w+ +\d+ +[\d.]+ [um]?s +[\d.]+ [um]?s\n)+$
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
        Assert.True(report.GetProperty("operations").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "open") is var opens
            && opens.GetProperty("count").GetInt64() == 1 && opens.GetProperty("p50Seconds").GetDouble() is > 0 and < 60);
        Assert.Contains(report.GetProperty("corrections").EnumerateArray(), one => one.GetProperty("kind").GetString() == "link_count" && one.GetProperty("count").GetInt64() > 0);
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
}
