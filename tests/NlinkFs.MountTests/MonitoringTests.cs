using System.Text.Json;
using System.Text.RegularExpressions;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>container/monitoring: what the dashboard and the alerts ask for is there, and is asked for rightly.</summary>
public sealed class MonitoringTests : IDisposable
{
    private readonly TempTree _tree = new();

    private static string Monitoring => Path.Combine(Programs.Repository, "container/monitoring");

    private static string Rules => Path.Combine(Monitoring, "nlinkfs.rules.yml");

    private static string Dashboard => Path.Combine(Monitoring, "nlinkfs.dashboard.json");

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void TheAlertsDoWhatTheirTestsSay()
    {
        CommandResult check = Promtool.OnFile("check rules", Rules);
        Assert.True(check.ExitCode == 0, check.ToString());
        CommandResult test = Promtool.OnFile("test rules", Path.Combine(Monitoring, "nlinkfs.rules.test.yml"));
        Assert.True(test.ExitCode == 0, test.ToString());

        // Each has to have one that sees it raised.
        string tests = File.ReadAllText(Path.Combine(Monitoring, "nlinkfs.rules.test.yml"));
        Assert.All(Regex.Matches(File.ReadAllText(Rules), "alert: (\\w+)").Select(match => match.Groups[1].Value), alert =>
            Assert.Matches($"alertname: {alert}\n +exp_alerts:", tests));
    }

    [Fact]
    public void EachQueryOfTheDashboardIsOne()
    {
        string rules = $"groups:\n- name: dashboard\n  rules:\n{string.Concat(Queries().Select((query, i) => $"  - record: query_{i}\n    expr: '{query.Replace("$__rate_interval", "5m", StringComparison.Ordinal)}'\n"))}";
        string file = _tree.Write("queries.yml", rules);
        CommandResult check = Promtool.OnFile("check rules", file);
        Assert.True(check.ExitCode == 0, $"{check}\n{rules}");
    }

    [Fact]
    public void EachMetricThatIsAskedForIsThere()
    {
        using FragileSource source = new FragileSource(SourceKind.CSharp, _tree.At("source")).Start();
        string mirror = _tree.MakeDirectory("mirror");
        using Service run = new(Programs.Nlinkfs, ["run", "--metrics=127.0.0.1:0", source.Path, mirror, "--", "sleep", "1000"]);
        Http http = Http.Of(run);
        Assert.True(Commands.Eventually(() => http.Get("/readyz").Status == 200, 30), run.Log);
        HashSet<string> there = [.. http.Metrics().Keys.Select(sample => sample.Split('{')[0])];
        string[] asked = [.. Regex.Matches($"{File.ReadAllText(Rules)}{string.Join('\n', Queries())}", "\\b(nlinkfs|process)_[a-z_]+\\b").Select(match => match.Value).Distinct()];
        Assert.True(asked.Length > 15);
        Assert.All(asked, metric => Assert.Contains(metric, there));

        // Each label, too, that an alert goes by.
        string body = http.Get("/metrics").Body;
        Assert.All(Regex.Matches(File.ReadAllText(Rules), "\\w+=\"\\w+\"").Select(match => match.Value).Where(label => !label.StartsWith("job=", StringComparison.Ordinal)), label =>
            Assert.Contains(label, body, StringComparison.Ordinal));
    }

    private static List<string> Queries()
    {
        using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(Dashboard));
        List<string> queries = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)];
        Assert.True(queries.Count > 10);
        return queries;
    }
}
