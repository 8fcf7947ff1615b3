using System.Globalization;

namespace NlinkFs.CifsTests;

/// <summary>What the clients saw, as a table that a person can read: artifacts/cifs-guest/seen.md.</summary>
internal static class Notes
{
    private static readonly string s_path = Path.Combine(Guest.Images, "seen.md");

    /// <summary>Begins anew.</summary>
    internal static void Begin() => File.WriteAllText(s_path, """
        | what happened | client | open file | opening | stat | listing | errors | wrong |
        |---|---|---|---|---|---|---|---|

        """);

    /// <summary>Adds what each client saw of a fault: the longest time without a right answer, seconds, and how often it was told an error.</summary>
    internal static void Add(string fault, Dictionary<Client, Dictionary<string, Seen>> seen) => File.AppendAllLines(s_path, seen.Select(client =>
    {
        string Longest(string way) => client.Value[way].Longest.ToString("0.0", CultureInfo.InvariantCulture);
        string errors = string.Join("; ", client.Value.Where(look => look.Value.Failures != "").Select(look => $"{look.Key}: {look.Value.Failures}"));
        int wrong = client.Value.Values.Sum(look => look.Wrong);
        return $"| {fault} | {client.Key} | {Longest("held")} | {Longest("open")} | {Longest("stat")} | {Longest("list")} | {(errors == "" ? "none" : errors)} | {wrong} |";
    }));
}
