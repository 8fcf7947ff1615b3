using System.Globalization;
using System.Text.Json;
using NlinkFs.Linux;

namespace NlinkFs.CifsTests;

/// <summary>One mount of the share in a guest.</summary>
/// <param name="Guest">Where.</param>
/// <param name="Patience">soft, the kernel's default: calls give up after some time; or hard: they wait for ever.</param>
internal sealed record Client(Guest Guest, string Patience)
{
    private static int s_mounts;

    private readonly string _at = string.Create(CultureInfo.InvariantCulture, $"/mnt/{Interlocked.Increment(ref s_mounts)}");

    /// <summary>The file that only this client reads: with two on one file smbd has leases to break.</summary>
    internal string File => $"Movies/{Guest.Kernel} {Patience}.mkv";

    /// <summary>Mounts the share that smbd exports on a port; a session of its own, and answers no older than a second.</summary>
    internal void Mount(int port, string mode = "ro") => _ = Guest.Ask(new
    {
        Do = "mount",
        At = _at,
        Port = port,
        Options = $"{mode},guest,vers=3.1.1,{Patience},echo_interval=5,actimeo=1,nosharesock",
    });

    /// <summary>Ends all watching and takes the mount away, whatever state it is in, if there is one.</summary>
    internal void Leave() => _ = Guest.Ask(new { Do = "leave", At = _at });

    /// <summary>All there is, by path.</summary>
    internal Dictionary<string, Entry> Walk() =>
        Guest.Ask(new { Do = "walk", At = _at }).GetProperty("Entries").Deserialize<Entry[]>()!.ToDictionary(entry => entry.Path);

    /// <summary>Tries whatever would change something, at a file and beside it; gives the symbol of each error, by what was tried.</summary>
    internal Dictionary<string, string> TryToChange(string file) =>
        Guest.Ask(new { Do = "change", At = _at, File = file }).GetProperty("Errors").Deserialize<Dictionary<string, string>>()!
            .ToDictionary(error => error.Key, error => CifsTests.Seen.Symbol(error.Value));

    /// <summary>Begins to look at its file and the directory of it, again and again.</summary>
    internal void Watch(long size, IEnumerable<string> names) => _ = Guest.Ask(new { Do = "watch", At = _at, File, Size = size, Names = names });

    /// <summary>What it has seen so far, by the way of looking: held, open, stat, list.</summary>
    internal Dictionary<string, Seen> Seen() => Guest.Ask(new { Do = "seen", At = _at }).GetProperty("Seen").Deserialize<Dictionary<string, Seen>>()!;

    public override string ToString() => $"{Guest.Kernel} {Patience}";
}

/// <summary>A file or directory as a client sees it.</summary>
internal sealed record Entry(string Path, string Kind, ulong Links, ulong Ino, long Size, string? Hash);

/// <summary>What came of looking again and again.</summary>
/// <param name="Right">How often it was what it should be.</param>
/// <param name="Wrong">How often something else came, without an error.</param>
/// <param name="What">The last of those.</param>
/// <param name="Errors">How often it failed, by errno.</param>
/// <param name="Since">How often it has been right without a break, up to now.</param>
/// <param name="Longest">The longest time without a right answer, seconds.</param>
internal sealed record Seen(int Right, int Wrong, string? What, Dictionary<string, int>? Errors, int Since, double Longest)
{
    /// <summary>The symbols of the errors.</summary>
    internal IEnumerable<string> Symbols => (Errors ?? []).Keys.Select(Symbol);

    /// <summary>The errors with their counts, for people.</summary>
    internal string Failures => string.Join(", ", (Errors ?? []).Select(pair => $"{Symbol(pair.Key)} {pair.Value}"));

    /// <summary>The symbol of an errno.</summary>
    internal static string Symbol(string number) => int.TryParse(number, CultureInfo.InvariantCulture, out int value) ? new Errno(value).Symbol : number;
}
