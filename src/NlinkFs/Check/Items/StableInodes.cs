using System.Globalization;

namespace NlinkFs.Check.Items;

/// <summary>Inode numbers that change once the kernel has forgotten a name.</summary>
internal sealed class StableInodes() : EntryCheck("ino-stable", "inode numbers stay")
{
    protected override string Right => "the same when looked at again";

    protected override string Wrong => "another number when looked at again";

    protected override bool Applies(SampledEntry entry, Evidence evidence) => entry.Second is { Error.IsError: false };

    protected override bool IsFaulty(SampledEntry entry, Evidence evidence) =>
        entry.First!.Attributes.Ino != entry.Second!.Attributes.Ino || (!entry.IsRoot && entry.First.Lookup.Ino != entry.First.Attributes.Ino);

    protected override Finding Fault(string found, byte[] example, Evidence evidence) => Curable(
        Severity.Error,
        string.Create(CultureInfo.InvariantCulture, $"{found}, {evidence.Apart.TotalSeconds:0.#} s later"),
        "CIFS and NFS clients: ESTALE (\"Stale file handle\"); media managers and backups take every file for a new one",
        "--inodes=path (the default)",
        example);
}
