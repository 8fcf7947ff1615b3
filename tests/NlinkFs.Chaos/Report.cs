using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NlinkFs.Chaos;

/// <summary>What a run has found.</summary>
public sealed class Report
{
    private const int LogLines = 60;
    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true };

    /// <summary>What was run.</summary>
    public required ChaosOptions Options { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How much was done, by what.</summary>
    public required IReadOnlyList<(string What, string Amount)> Volume { get; init; }

    /// <summary>What was expected, and what came.</summary>
    public required IReadOnlyList<Check> Checks { get; init; }

    /// <summary>Each thing found, as far as they were kept.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Each call that took more than a second longer than the source was away.</summary>
    public required IReadOnlyList<string> Stalls { get; init; }

    /// <summary>What the mirror has logged.</summary>
    public required string Log { get; init; }

    /// <summary>Whether all was as expected.</summary>
    public bool Holds => Checks.All(check => check.Holds);

    /// <summary>The report for people.</summary>
    public string ToTable()
    {
        StringBuilder text = new();
        foreach ((string what, string amount) in Volume)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {what,-44}{amount,14}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n  {"",-44}{"found",14}  expected\n");
        foreach (Check check in Checks)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {check.What,-44}{check.Found,14}  {check.Expected}{(check.Holds ? "" : "   <-- FAILED")}\n");
        }

        Append(text, "Stalls", Stalls);
        Append(text, "Findings", Notes);
        if (!Holds)
        {
            Append(text, "The mirror's log", [.. Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(LogLines)]);
        }

        return text.ToString();
    }

    /// <summary>The report for programs.</summary>
    public string ToJson() => new JsonObject
    {
        ["source"] = Options.Source.ToString(),
        ["io"] = Options.Io,
        ["seed"] = Options.Seed,
        ["restarts"] = Options.Restarts,
        ["absenceSeconds"] = Options.Absence.TotalSeconds,
        ["durationSeconds"] = Duration.TotalSeconds,
        ["holds"] = Holds,
        ["volume"] = new JsonObject(Volume.Select(pair => KeyValuePair.Create(pair.What, (JsonNode?)pair.Amount))),
        ["checks"] = new JsonArray([.. Checks.Select(check => new JsonObject
        {
            ["what"] = check.What,
            ["found"] = check.Found,
            ["expected"] = check.Expected,
            ["holds"] = check.Holds,
        })]),
        ["stalls"] = new JsonArray([.. Stalls.Select(line => JsonValue.Create(line.Trim()))]),
        ["findings"] = new JsonArray([.. Notes.Select(line => JsonValue.Create(line.Trim()))]),
    }.ToJsonString(s_options) + "\n";

    private static void Append(StringBuilder text, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{title}\n").AppendJoin('\n', lines).Append('\n');
        }
    }
}

/// <summary>One expectation.</summary>
public sealed record Check(string What, string Found, string Expected, bool Holds)
{
    internal static Check LessThan(string what, TimeSpan found, TimeSpan bound) => new(
        what,
        found.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"less than {bound.TotalSeconds}"),
        found < bound);

    internal static Check Zero(string what, int found) => AtMost(what, found, 0);

    internal static Check AtMost(string what, int found, int most) =>
        new(what, found.ToString(CultureInfo.InvariantCulture), most == 0 ? "0" : $"at most {most}", found <= most);

    /// <summary>A figure that is told and not judged.</summary>
    internal static Check Any(string what, int found) => new(what, found.ToString(CultureInfo.InvariantCulture), "any", true);
}
