using System.Text.RegularExpressions;

namespace NlinkFs.Testing;

/// <summary>What is in a tree, as smbclient(1) and as find(1) see it: "D path" or "size path", in one order, links resolved as smbd does.</summary>
public static partial class SmbListing
{
    /// <summary>Of what smbclient says to "recurse; ls".</summary>
    /// <exception cref="InvalidOperationException">It failed, wholly or somewhere; the message is what it said.</exception>
    public static IReadOnlyList<string> Of(CommandResult listed)
    {
        if (listed.ExitCode != 0 || listed.ToString().Contains("NT_STATUS_", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(listed.ToString());
        }

        List<string> entries = [];
        string directory = "";
        foreach (string line in listed.Output.Split('\n'))
        {
            if (line.StartsWith('\\'))
            {
                directory = $"{line[1..].Replace('\\', '/')}/";
            }
            else if (EntryLine().Match(line) is { Success: true } match && match.Groups["name"].Value is not ("." or ".."))
            {
                bool isDirectory = match.Groups["attributes"].Value.Contains('D', StringComparison.Ordinal);
                entries.Add($"{(isDirectory ? "D" : match.Groups["size"].Value)} {directory}{match.Groups["name"].Value}");
            }
        }

        return Sorted(entries);
    }

    /// <summary>Of a directory of this machine.</summary>
    public static IReadOnlyList<string> Of(string root) => Sorted(Commands
        .ShellOutput($"cd '{root}' && find -L . -mindepth 1 \\( -type d -printf 'D %P\\n' \\) -o -printf '%s %P\\n'")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries));

    private static List<string> Sorted(IEnumerable<string> entries) => [.. entries.Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^  (?<name>.+?)\s+(?<attributes>[DAHSRN]+)\s+(?<size>\d+)  \w{3} \w{3} ")]
    private static partial Regex EntryLine();
}
