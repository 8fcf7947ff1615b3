namespace NlinkFs.Check.Items;

/// <summary>A link count of 0 in GETATTR, which alone tells about the root.</summary>
internal sealed class AttributeLinkCount() : EntryCheck("nlink-getattr", "link count in attributes")
{
    protected override string Right => "not 0";

    protected override string Wrong => "0";

    protected override bool IsFaulty(SampledEntry entry, Evidence evidence) => entry.First!.Attributes.Nlink == 0;

    protected override Finding Fault(string found, byte[] example, Evidence evidence) => Curable(
        Severity.Error, found, "Samba: the share cannot even be listed (OBJECT_PATH_NOT_FOUND), files are \"not found\"", "--nlink=zero (the default)", example);
}
