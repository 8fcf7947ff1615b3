namespace NlinkFs.Check.Items;

/// <summary>A link count of 0 in LOOKUP and READDIRPLUS.</summary>
internal sealed class LookupLinkCount() : EntryCheck("nlink-lookup", "link count in lookups")
{
    protected override string Right => "not 0";

    protected override string Wrong => "0";

    protected override bool Applies(SampledEntry entry, Evidence evidence) => !entry.IsRoot;

    protected override bool IsFaulty(SampledEntry entry, Evidence evidence) => entry.First!.Lookup.Nlink == 0;

    protected override Finding Fault(string found, byte[] example, Evidence evidence) => Curable(
        Severity.Error, found, "Samba takes it for \"deleted\": folders appear as 0-byte files, files are \"not found\"", "--nlink=zero (the default)", example);
}
