using System.Globalization;

namespace NlinkFs;

/// <summary>Durations and sizes as people write them.</summary>
internal static class Values
{
    /// <summary>"30s", "500ms", "2m", "1h", "1.5" (seconds), "0".</summary>
    internal static bool TryParseDuration(string text, out TimeSpan duration)
    {
        (string number, double unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 0.001),
            _ when text.EndsWith('s') => (text[..^1], 1),
            _ when text.EndsWith('m') => (text[..^1], 60),
            _ when text.EndsWith('h') => (text[..^1], 3600),
            _ when text.EndsWith('d') => (text[..^1], 86400),
            _ => (text, 1.0),
        };
        duration = default;
        const double MaxSeconds = 365.0 * 86400;
        if (!TryParseNumber(number, out double value) || value * unit > MaxSeconds)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(value * unit);
        return true;
    }

    /// <summary>"4096", "128K", "1M", "1MiB": binary units.</summary>
    internal static bool TryParseSize(string text, out long size)
    {
        string number = text.EndsWith("iB", StringComparison.OrdinalIgnoreCase) ? text[..^2] : text.EndsWith('B') ? text[..^1] : text;
        int shift = number.Length == 0 ? 0 : char.ToUpperInvariant(number[^1]) switch
        {
            'K' => 10,
            'M' => 20,
            'G' => 30,
            _ => 0,
        };
        number = shift > 0 ? number[..^1] : number;
        size = 0;
        if (!TryParseNumber(number, out double value) || value * (1L << shift) > long.MaxValue / 2)
        {
            return false;
        }

        size = (long)(value * (1L << shift));
        return true;
    }

    /// <summary>The candidate most like what was typed, or null when none is close.</summary>
    internal static string? Nearest(string typed, IEnumerable<string> candidates)
    {
        (string Name, int Distance) best = candidates
            .Select(candidate => (candidate, Distance(typed, candidate)))
            .DefaultIfEmpty((string.Empty, int.MaxValue))
            .MinBy(pair => pair.Item2);
        return best.Distance <= Math.Max(2, typed.Length / 3) ? best.Name : null;
    }

    private static bool TryParseNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>Levenshtein's: how many letters to add, drop or change.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), substitute);
            }
        }

        return row[b.Length];
    }
}
