namespace NlinkFs;

/// <summary>Aligned columns for people.</summary>
internal static class TextTable
{
    /// <summary>A line a row; the first row is the heading.</summary>
    internal static string Of(IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        return string.Join('\n', rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
    }
}
