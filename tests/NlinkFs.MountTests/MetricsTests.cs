using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>--metrics: what it says is true, and it says it whatever the source does.</summary>
public sealed class MetricsTests : IDisposable
{
    private const string AnyPort = "--metrics=127.0.0.1:0";
    private const string Film = "Movies/Sintel (2010)/Sintel (2010).mkv";

    private readonly TempTree _tree = new();
    private readonly List<Service> _services = [];

    public void Dispose()
    {
        _services.ForEach(service => service.Dispose());
        _tree.Dispose();
    }

    [Fact]
    public void TheyAgreeWithWhatWasAskedToTheRequest()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--sample", "--broken", "broken"], AnyPort, "--io=proxy", "--trace", "--entry-timeout=0", "--attr-timeout=0");
        Http http = Http.Of(mount.Mirror.Service);
        string[] files = [Film, "readme.txt"];
        long opensBefore = mount.Count("OPEN");
        long bytes = 0;
        for (int round = 0; round < 3; round++)
        {
            foreach (string file in files)
            {
                int length = File.ReadAllBytes(mount.InMirror(file)).Length;

                // From the page cache later on.
                bytes += round == 0 ? length : 0;
            }

            _ = Look.List(mount.InMirror("Movies"));
            Assert.Equal(Errno.ENOENT, Look.ErrorAt(mount.InMirror("Movies/missing")));
            Assert.Equal(Errno.EIO, Look.ErrorAt(mount.InMirror("broken")));
        }

        // The trace is written by others than who counts, and nobody asks any more.
        SortedDictionary<string, long> traced = [];
        bool agree = Commands.Eventually(() => (traced = Traced(mount.Mirror.Service)).SequenceEqual(http.Counts()), 30);
        Assert.True(agree, $"traced {string.Join(' ', traced)}\ncounted {string.Join(' ', http.Counts())}");
        Dictionary<string, double> metrics = http.Metrics();
        Assert.Equal(3 * files.Length, traced["open"]);

        // To look at the source's own counts is one more.
        Assert.Equal((3 * files.Length) + 1, mount.Count("OPEN") - opensBefore);
        Assert.True(traced["lookup"] >= 9, $"{traced["lookup"]} lookups");
        Assert.Equal(Regex.Matches(mount.Mirror.Service.Log, @"tx \d+: +OK, (\d+)b data").Sum(match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)), metrics["nlinkfs_read_bytes_total"]);
        Assert.True(metrics["nlinkfs_read_bytes_total"] >= bytes);
        Assert.Equal(3, metrics["""nlinkfs_errors_total{errno="EIO"}"""]);
        Assert.Equal(3, Regex.Count(mount.Mirror.Service.Log, @"tx \d+: +5=[^\n]*\(EIO\)"));
        Assert.True(metrics["""nlinkfs_corrections_total{kind="link_count"}"""] > 0);
        foreach ((string operation, long count) in traced)
        {
            Assert.Equal(count, metrics[$"nlinkfs_request_duration_seconds_bucket{{operation=\"{operation}\",le=\"+Inf\"}}"]);
            Assert.True(metrics[$"nlinkfs_request_duration_seconds_sum{{operation=\"{operation}\"}}"] > 0);
        }
    }

    [Fact]
    public void PrometheusTakesThem()
    {
        // A name that needs care in a label.
        string source = _tree.MakeDirectory("so\"ur\\ce");
        using Mounted mirror = Mounted.Mirror(source, _tree.At("mirror"), AnyPort);
        HttpAnswer answer = Http.Of(mirror.Service).Get("/metrics");
        Assert.Equal(200, answer.Status);
        Assert.Contains("Content-Type: text/plain; version=0.0.4", answer.Head, StringComparison.Ordinal);
        Promtool.Run("check metrics", answer.Body);
        string label = Regex.Match(answer.Body, "[{,]source=\"((?:[^\"\\\\]|\\\\.)*)\"").Groups[1].Value;
        Assert.Equal(Printable.Escape(System.Text.Encoding.UTF8.GetBytes(source)), Regex.Replace(label, @"\\(.)", "$1"));

        // Whoever pleases: .NET's own client insists on more of HTTP than we do.
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Get, Regex.Match(mirror.Service.Log, "http://\\S+").Value);
        using HttpResponseMessage response = client.Send(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode);
        Assert.Contains("nlinkfs_ready 1\n", new StreamReader(response.Content.ReadAsStream(TestContext.Current.CancellationToken)).ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void ALossIsSeen()
    {
        using FragileSource source = new FragileSource(SourceKind.CSharp, _tree.At("source")).Start();
        using Mounted mirror = Mounted.Mirror(source.Path, _tree.At("mirror"), AnyPort, "--grace=60s", "--entry-timeout=0");
        Http http = Http.Of(mirror.Service);
        Assert.Equal((200, true), (http.Get("/readyz").Status, http.Get("/readyz").Body.StartsWith("ready: the source is present since ", StringComparison.Ordinal)));
        source.CrashAndClear();
        Assert.True(Commands.Eventually(() => http.Get("/readyz").Status == 503, 30));
        Service waiting = Keep(new Service("/usr/bin/stat", [mirror.At("Movies/missing")]));
        Assert.True(Commands.Eventually(() => http.Metrics()["nlinkfs_waiting_requests"] > 0, 30));
        Dictionary<string, double> metrics = http.Metrics();
        Assert.Equal((1, 0), (metrics["""nlinkfs_source_state{state="lost"}"""], metrics["""nlinkfs_source_state{state="present"}"""]));
        Assert.Equal((1, 0, 1), (metrics["nlinkfs_source_losses_total"], metrics["nlinkfs_ready"], metrics["nlinkfs_mounted"]));
        Assert.StartsWith("not ready: the source is lost since ", http.Get("/readyz").Body, StringComparison.Ordinal);
        Assert.Equal((200, "live\n"), (http.Get("/healthz").Status, http.Get("/healthz").Body));
        _ = source.Start();
        Assert.True(Commands.Eventually(() => http.Get("/readyz").Status == 200, 30));
        Assert.NotEqual(-1, waiting.WaitForExit(30));
    }

    [Fact]
    public void AFrozenSourceKeepsNobodyFromAnswering()
    {
        using FragileSource source = new FragileSource(SourceKind.CSharp, _tree.At("source"), "--entry-timeout", "0", "--attr-timeout", "0").Start();
        using Mounted mirror = Mounted.Mirror(source.Path, _tree.At("mirror"), AnyPort, "--entry-timeout=0", "--attr-timeout=0", "--deadline=1s");
        Http http = Http.Of(mirror.Service);
        source.Freeze();
        Service[] hanging = [.. Enumerable.Range(0, 12).Select(i => Keep(new Service("/usr/bin/stat", [mirror.At($"Movies/missing {i}")])))];
        Assert.True(Commands.Eventually(() => http.Metrics()["nlinkfs_stuck_calls"] > 0, 30));
        Assert.Equal(200, http.Get("/healthz").Status);
        Assert.True(Commands.Eventually(() => http.Metrics()["""nlinkfs_source_state{state="stalled"}"""] == 1, 30));
        Assert.Equal(503, http.Get("/readyz").Status);
        Assert.True(http.Metrics()["""nlinkfs_errors_total{errno="EIO"}"""] > 0);
        source.Thaw();
        Assert.True(Commands.Eventually(() => http.Get("/readyz").Status == 200, 30));
        Assert.All(hanging, one => Assert.NotEqual(-1, one.WaitForExit(30)));
    }

    [Fact]
    public void UnderRunTheyTellOfTheWaitAndOfTheCommand()
    {
        using FragileSource source = new(SourceKind.CSharp, _tree.At("source"));
        string mirror = _tree.MakeDirectory("mirror");
        string script = $"test -e '{_tree.At("broken")}' && exit 3; exec sleep 1000";
        Service run = Keep(new Service(Programs.Nlinkfs, ["run", AnyPort, source.Path, mirror, "--", "bash", "-c", script]));
        Http http = Http.Of(run);
        Assert.Equal(200, http.Get("/healthz").Status);
        Assert.Equal((503, "not ready: the mirror is not mounted; the log says what it waits for\n"), (http.Get("/readyz").Status, http.Get("/readyz").Body));
        Dictionary<string, double> metrics = http.Metrics();
        Assert.Equal((1, 0, 0), (metrics["""nlinkfs_source_state{state="awaited"}"""], metrics["nlinkfs_mounted"], metrics["""nlinkfs_command_running{command="bash"}"""]));
        Promtool.Run("check metrics", http.Get("/metrics").Body);

        _ = source.Start();
        Assert.True(Commands.Eventually(() => http.Get("/readyz").Status == 200, 30), run.Log);
        metrics = http.Metrics();
        Assert.Equal((1, 1), (metrics["""nlinkfs_command_running{command="bash"}"""], metrics["""nlinkfs_command_starts_total{command="bash"}"""]));

        _ = _tree.Write("broken");
        _ = Processes.Kill(int.Parse(Regex.Match(run.Log, "Started .*\\(pid (\\d+)").Groups[1].Value, CultureInfo.InvariantCulture), 9);
        Assert.True(Commands.Eventually(() => http.Get("/readyz").Body.Contains("ended with exit code 3", StringComparison.Ordinal), 30), run.Log);
        Assert.Equal(503, http.Get("/readyz").Status);
        File.Delete(_tree.At("broken"));
        Assert.True(Commands.Eventually(() => http.Get("/readyz").Status == 200, 60), run.Log);
        Assert.True(http.Metrics()["""nlinkfs_command_starts_total{command="bash"}"""] >= 3);
        Assert.Equal(0, run.Stop(30));
    }

    [Fact]
    public void AUnixSocketIsPrivateAndReplacesADeadOne()
    {
        string source = _tree.MakeDirectory("source");
        string path = _tree.At("metrics.sock");
        using (Mounted killed = Mounted.Mirror(source, _tree.At("mirror"), $"--metrics=unix:{path}"))
        {
            killed.Service.Signal(9);
            _ = killed.Service.WaitForExit();
        }

        Assert.True(File.Exists(path));
        Mounted mirror = Mounted.Mirror(source, _tree.At("mirror"), "-o", $"metrics=unix:{path}");
        Http http = new(new UnixDomainSocketEndPoint(path));
        Assert.Equal(1, http.Metrics()["nlinkfs_ready"]);
        Assert.Equal("600", Commands.ShellOutput($"stat -c %a '{path}'").Trim());
        Assert.Equal(0, mirror.Service.Stop(30));
        mirror.Dispose();
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void WhereNobodyCanListenNothingIsMounted()
    {
        string source = _tree.MakeDirectory("source");
        string mirror = _tree.MakeDirectory("mirror");
        using Mounted first = Mounted.Mirror(source, _tree.At("first"), AnyPort);
        string taken = Regex.Match(first.Service.Log, "http://([^/]+)/").Groups[1].Value;
        string notASocket = _tree.Write("file", "content");
        foreach (string wrong in (string[])[taken, $"unix:{notASocket}", $"unix:{_tree.At("missing/socket")}", "192.0.2.1:9101"])
        {
            CommandResult result = Commands.Run(Programs.Nlinkfs, "mount", $"--metrics={wrong}", source, mirror);
            Assert.True(result.ExitCode == 2 && result.Error.StartsWith("nlinkfs: --metrics: cannot listen at ", StringComparison.Ordinal), $"{wrong}: {result}");
        }

        foreach (string wrong in (string[])["9101", "localhost", "127.0.0.1", "127.0.0.1:99999", "::1:9101", "unix:", ":"])
        {
            CommandResult result = Commands.Run(Programs.Nlinkfs, "mount", $"--metrics={wrong}", source, mirror);
            Assert.True(result.ExitCode == 1 && result.Error.Contains($"--metrics {wrong}: an address and port are needed", StringComparison.Ordinal), $"{wrong}: {result}");
        }

        Assert.Null(MountTable.TopAt(System.Text.Encoding.UTF8.GetBytes(mirror)));
        Assert.Equal("content", File.ReadAllText(notASocket));
    }

    [Fact]
    public void ClientsThatMisbehaveHarmNobody()
    {
        using Mounted mirror = Mounted.Mirror(_tree.MakeDirectory("source"), _tree.At("mirror"), AnyPort);
        Http http = Http.Of(mirror.Service);
        Assert.Equal(404, http.Get("/").Status);
        Assert.Equal(200, http.Get("/healthz?verbose").Status);
        Assert.Equal(405, http.Say("POST /metrics HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"u8).Status);
        Assert.Equal(400, http.Say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8).Status);
        Assert.Equal(400, http.Say("GET /metrics\r\n\r\n"u8).Status);
        Assert.Equal(400, http.Say([0x16, 3, 1, 2, 0, 1, (byte)'\n', (byte)'\n']).Status);
        Assert.Equal(400, http.Say("\r\n\r\n"u8).Status);
        Assert.Equal(431, http.Say([.. "GET /metrics HTTP/1.1\r\nX: "u8, .. new byte[1_000_000]]).Status);
        HttpAnswer head = http.Say("HEAD /healthz HTTP/1.0\n\n"u8);
        Assert.Equal((200, ""), (head.Status, head.Body));
        Assert.Contains("Content-Length: 5", head.Head, StringComparison.Ordinal);

        // One after the other they would take their two seconds each.
        Socket[] silent = [.. Enumerable.Range(0, 50).Select(_ => http.Connect())];
        Assert.Equal(200, http.Get("/metrics").Status);
        Assert.All(silent, client => Assert.Equal(0, client.Receive(new byte[1])));
        foreach (Socket client in silent)
        {
            client.Dispose();
        }

        Assert.Equal(200, http.Get("/readyz").Status);
        Assert.DoesNotContain("ERR", mirror.Service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void ScrapesDoNotMakeTheDaemonGrow()
    {
        using Mounted mirror = Mounted.Mirror(_tree.MakeDirectory("source"), _tree.At("mirror"), AnyPort);
        Http http = Http.Of(mirror.Service);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(200, http.Get("/metrics").Status);
        }

        Assert.InRange(http.Metrics()["process_resident_memory_bytes"], 1_000_000, 24_000_000);
        Assert.InRange(Directory.GetFiles($"/proc/{mirror.Service.Id}/fd").Length, 1, 30);
    }

    /// <summary>Requests in a daemon's trace, by operation.</summary>
    private static SortedDictionary<string, long> Traced(Service daemon) => new(Regex.Matches(daemon.Log, @"rx \d+: (\w+) ")
        .GroupBy(match => match.Groups[1].Value.ToLowerInvariant()).ToDictionary(group => group.Key, group => (long)group.Count()));

    private Service Keep(Service service)
    {
        _services.Add(service);
        return service;
    }
}
