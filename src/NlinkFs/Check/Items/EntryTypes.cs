using NlinkFs.Linux;

namespace NlinkFs.Check.Items;

/// <summary>Listings without types.</summary>
internal sealed class EntryTypes() : EntryCheck("d-type", "types in listings")
{
    protected override string Right => "known (d_type)";

    protected override string Wrong => "unknown (d_type)";

    protected override bool Applies(SampledEntry entry, Evidence evidence) => !entry.IsRoot;

    protected override bool IsFaulty(SampledEntry entry, Evidence evidence) => entry.ListedType == FileType.Unknown;

    protected override Finding Fault(string found, byte[] example, Evidence evidence) => Curable(
        Severity.Note, found, "scanners (find, Plex) look at each file of a folder to tell files from folders", "a mirror always tells them, unless the source is slow", example);
}
