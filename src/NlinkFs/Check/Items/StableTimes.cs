using System.Globalization;
using NlinkFs.Linux;

namespace NlinkFs.Check.Items;

/// <summary>
/// Times that move though nothing changed: LOOKUP and GETATTR differ, or two looks do while the size is the same. Directories whose names
/// changed meanwhile are not judged.
/// </summary>
internal sealed class StableTimes() : EntryCheck("times", "times stand still")
{
    protected override string Right => "the same when looked at again";

    protected override string Wrong => "moving by themselves";

    protected override bool Applies(SampledEntry entry, Evidence evidence) =>
        entry.First!.Lookup.Size == entry.First.Attributes.Size
        && (entry.Type != FileType.Directory || evidence.Directories.Find(directory => directory.Path.AsSpan().SequenceEqual(entry.Path)) is not { } listed || !HasChanged(listed));

    protected override bool IsFaulty(SampledEntry entry, Evidence evidence)
    {
        StatxBuffer first = entry.First!.Attributes;
        return (!entry.IsRoot && !Look.SameTimes(entry.First.Lookup, first))
            || (entry.Second is { Error.IsError: false } second && second.Attributes.Size == first.Size && !Look.SameTimes(first, second.Attributes));
    }

    protected override Finding Fault(string found, byte[] example, Evidence evidence) => Curable(
        Severity.Error,
        string.Create(CultureInfo.InvariantCulture, $"{found}, within {evidence.Apart.TotalSeconds:0.#} s"),
        "media managers (Plex, Jellyfin, *arr) analyse everything anew, backups copy it again, CIFS clients drop their caches",
        "--times=stable (the default)",
        example);

    private static bool HasChanged(SampledDirectory directory) =>
        directory.IsCut || directory.Listings.Any(listing => !listing.Order(StringComparer.Ordinal).SequenceEqual(directory.Listings[0].Order(StringComparer.Ordinal)));
}
