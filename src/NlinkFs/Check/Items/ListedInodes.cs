namespace NlinkFs.Check.Items;

/// <summary>d_ino of listings against st_ino. What another file system covers has two numbers rightly.</summary>
internal sealed class ListedInodes() : EntryCheck("d-ino", "inode numbers in listings")
{
    protected override string Right => "those of stat (d_ino is st_ino)";

    protected override string Wrong => "not those of stat (d_ino is not st_ino)";

    protected override bool Applies(SampledEntry entry, Evidence evidence) =>
        !entry.IsRoot && entry.First!.Attributes.Dev == evidence.Entries[0].First!.Attributes.Dev;

    protected override bool IsFaulty(SampledEntry entry, Evidence evidence) => entry.ListedIno != entry.First!.Attributes.Ino;

    protected override Finding Fault(string found, byte[] example, Evidence evidence) => Curable(
        Severity.Warning, found, "what goes by listings (getcwd, find -inum, layers above) takes files for others", "--inodes=path (the default)", example);
}
