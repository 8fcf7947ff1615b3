namespace NlinkFs.Check.Items;

/// <summary>LOOKUP and GETATTR tell different link counts, as Decypharr did.</summary>
internal sealed class LinkCountAgreement() : EntryCheck("nlink-agree", "link counts agree")
{
    protected override string Right => "lookups and attributes tell the same";

    protected override string Wrong => "lookups and attributes differ";

    protected override bool Applies(SampledEntry entry, Evidence evidence) => !entry.IsRoot;

    protected override bool IsFaulty(SampledEntry entry, Evidence evidence) => entry.First!.Lookup.Nlink != entry.First.Attributes.Nlink;

    protected override Finding Fault(string found, byte[] example, Evidence evidence) => Curable(
        Severity.Error, found, "Samba: the same folder is there at one moment and a 0-byte file at the next", "--nlink=zero (the default)", example);
}
