using System.Globalization;
using System.Text.RegularExpressions;

namespace NlinkFs.Testing.Containers;

/// <summary>
/// The names of what a test run leaves in the kernel: containers, network namespaces, directories with mounts. They carry the run's process
/// id, so that the next run can take away what one that was killed has left.
/// </summary>
internal static partial class TestRun
{
    private const string Prefix = "nlinkfs-test-";
    private const string RuncState = "/run/nlinkfs-test-runc";

    private static int s_last;

    static TestRun() => RemoveLeftovers();

    /// <summary>A name that nothing else has; it is shorter than 32 characters.</summary>
    internal static string NewName() => $"{OwnPrefix}{Interlocked.Increment(ref s_last)}";

    /// <summary>A directory of a test's own, with a name that tells whose it is.</summary>
    internal static TempTree NewTree() => new(OwnPrefix);

    /// <summary>Runs runc(8), with a state of the tests' own.</summary>
    internal static CommandResult Runc(params string[] arguments) => Commands.Run("runc", RuncArguments(arguments));

    /// <summary>The arguments for that.</summary>
    internal static string[] RuncArguments(params string[] arguments) => ["--root", RuncState, .. arguments];

    private static string OwnPrefix => $"{Prefix}{Environment.ProcessId}-";

    private static void RemoveLeftovers()
    {
        foreach (string container in Orphans(Directory.Exists(RuncState) ? Directory.GetDirectories(RuncState) : []))
        {
            _ = Runc("delete", "--force", Path.GetFileName(container));
        }

        foreach (string tree in Orphans(Directory.GetDirectories(Path.GetTempPath())))
        {
            TempTree.Remove(tree);
        }

        foreach (string network in Orphans(Directory.Exists("/run/netns") ? Directory.GetFiles("/run/netns") : []))
        {
            _ = Commands.Run("ip", "netns", "delete", Path.GetFileName(network));
        }
    }

    private static IEnumerable<string> Orphans(IEnumerable<string> paths) => paths.Where(path =>
        OwnedName().Match(Path.GetFileName(path)) is { Success: true } match
        && !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{match.Groups["pid"].Value}")));

    [GeneratedRegex("^nlinkfs-test-(?<pid>\\d+)-")]
    private static partial Regex OwnedName();
}
