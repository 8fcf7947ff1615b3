using System.Text.Json.Serialization;

namespace NlinkFs.Check;

/// <summary>All that was found. Its JSON is a public interface: members are added, never renamed.</summary>
internal sealed record CheckReport
{
    /// <summary>The examined path, printable; null for the machine.</summary>
    public string? Path { get; init; }

    /// <summary>Its type in the mount table, such as fuse.rclone; null for the machine.</summary>
    public string? Type { get; init; }

    /// <summary>Entries looked at.</summary>
    public int Entries { get; init; }

    /// <summary>How long it took, seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Whether the time sufficed to look at all that was planned.</summary>
    public bool Complete { get; init; } = true;

    /// <summary>clean, curable (a mirror has none of the faults) or incurable (it would have some).</summary>
    public string Verdict => ExitCode switch
    {
        NlinkFs.ExitCode.Ok => "clean",
        NlinkFs.ExitCode.Curable => "curable",
        _ => "incurable",
    };

    /// <summary>One for each check, the worst first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Warnings and errors; notes are none.</summary>
    [JsonIgnore]
    internal IEnumerable<Finding> Faults => Findings.Where(finding => finding.Severity >= Severity.Warning);

    [JsonIgnore]
    internal int ExitCode => !Faults.Any() ? NlinkFs.ExitCode.Ok
        : Faults.All(finding => finding.Curable == true) ? NlinkFs.ExitCode.Curable
        : NlinkFs.ExitCode.Incurable;

    /// <summary>The worst first, otherwise in the order of the checks.</summary>
    internal static IReadOnlyList<Finding> Order(IEnumerable<Finding> findings) => [.. findings.OrderByDescending(finding => finding.Severity)];
}
