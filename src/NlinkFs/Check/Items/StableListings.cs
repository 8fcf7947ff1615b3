using System.Globalization;
using NlinkFs.Linux;

namespace NlinkFs.Check.Items;

/// <summary>
/// Listings of one directory that do not tell the same: two right after each other, or two with time between while the directory's own time
/// stands still; or a name twice in one.
/// </summary>
internal sealed class StableListings() : Check<Evidence>("listing", "listings are stable")
{
    internal override Finding Judge(Evidence evidence)
    {
        List<SampledDirectory> judged = [.. evidence.Directories.Where(directory => directory.Listings.Count > 1 && !directory.IsCut)];
        return judged.Find(directory => directory.Listings.Any(listing => listing.Distinct().Count() < listing.Count)) is { } repeating
                ? Fault("a name is listed twice", repeating)
            : judged.Find(directory => Differs(directory, 1) || (directory.Listings.Count > 2 && StandsStill(directory, evidence) && Differs(directory, 2))) is { } varying
                ? Fault("names come and go", varying)
            : judged.Find(directory => directory.Listings.Any(listing => !Sorted(listing).Zip(Sorted(directory.Listings[0])).Any(pair => pair.First != pair.Second) && !listing.SequenceEqual(directory.Listings[0]))) is { } shuffled
                ? Note($"another order each time, such as in {Shown(shuffled)}", "programs that go on in a listing after a pause may miss names", "a mirror keeps the order within one open directory")
            : judged.Count == 0 ? Unseen("no directory to judge it by")
            : Ok(string.Create(CultureInfo.InvariantCulture, $"the same each time: {judged.Count} looked at"));
    }

    private Finding Fault(string found, SampledDirectory directory) => Incurable(
        Severity.Error, found, "media managers drop and add files at each scan", "the source has to be repaired; a mirror lists what it is told", directory.Path);

    private static string Shown(SampledDirectory directory) => directory.Path.Length == 0 ? "its root" : Printable.Escape(directory.Path);

    private static bool Differs(SampledDirectory directory, int listing) => !Sorted(directory.Listings[0]).SequenceEqual(Sorted(directory.Listings[listing]));

    private static IEnumerable<string> Sorted(IReadOnlyList<string> names) => names.Order(StringComparer.Ordinal);

    private static bool StandsStill(SampledDirectory directory, Evidence evidence) =>
        evidence.Entries.Find(entry => entry.Path.AsSpan().SequenceEqual(directory.Path)) is { First: { } first, Second: { Error.IsError: false } second }
        && Look.SameTimes(first.Attributes, second.Attributes);
}
