namespace NlinkFs.Packaging;

/// <summary>A paragraph behind the list of options in --help.</summary>
/// <param name="Title">What stands before its colon, such as Examples or Exit codes; null for a paragraph of plain text.</param>
/// <param name="IsLiteral">Whether its lines are to stay lines.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record HelpBlock(string? Title, bool IsLiteral, IReadOnlyList<string> Lines)
{
    private const int LongestTitle = 24;

    internal static List<HelpBlock> Split(string text) =>
        [.. text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block => Of(block.TrimEnd('\n').Split('\n')))];

    private static HelpBlock Of(string[] lines)
    {
        int colon = lines[0].IndexOf(':', StringComparison.Ordinal);
        string title = colon is > 0 and < LongestTitle ? lines[0][..colon] : "";
        if (title.Length > 0 && colon == lines[0].Length - 1)
        {
            return new HelpBlock(title, IsLiteral: true, lines[1..]);
        }

        bool isTitled = title.Length > 0 && title.All(c => char.IsLetter(c) || c == ' ') && char.IsUpper(title[0]) && title.Count(c => c == ' ') <= 1;
        return isTitled
            ? new HelpBlock(title, IsLiteral: false, [lines[0][(colon + 1)..].Trim(), .. lines[1..].Select(line => line.Trim())])
            : new HelpBlock(null, IsLiteral: lines.All(line => line.StartsWith("  ", StringComparison.Ordinal)), lines);
    }
}
