using System.Text.RegularExpressions;

namespace NlinkFs.ManifestTests;

/// <summary>A lesson that every manifest has to heed.</summary>
/// <param name="Name">What has to hold.</param>
/// <param name="Violations">Where it does not hold, and how.</param>
internal sealed record Rule(string Name, Func<Manifest, IEnumerable<string>> Violations)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>All rules. Why each is one is told where it is.</summary>
internal static partial class Rules
{
    /// <summary>The directory of the nodes that everything is mounted in.</summary>
    private const string OnTheNode = "/run/nlinkfs/";

    /// <summary>All rules.</summary>
    internal static IEnumerable<Rule> All => [.. Propagation, .. Probing, .. Security, .. Lifecycle, .. Clients, .. Housekeeping];

    private static Rule ForContainers(string name, Func<PodContainer, string?> violation) => new(
        name,
        manifest => manifest.Containers.Select(container => violation(container) is { } text ? $"{container}: {text}" : null).OfType<string>());

    private static Rule ForPods(string name, Func<Pod, string?> violation) => new(
        name,
        manifest => manifest.Pods.Select(pod => violation(pod) is { } text ? $"{pod}: {text}" : null).OfType<string>());

    private static string? Unless(bool holds, string violation) => holds ? null : violation;

    private static bool IsBelow(string path, string directory) => path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);

    // Reads the mount table and nothing else.
    [GeneratedRegex("""^(until )?grep -q (['"]).*\2 /proc/self/mountinfo(; do sleep \d+; done)?$""")]
    private static partial Regex AsksMountinfoOnly();
}
