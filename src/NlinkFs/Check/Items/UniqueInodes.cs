using System.Globalization;
using NlinkFs.Linux;

namespace NlinkFs.Check.Items;

/// <summary>Two different files with one inode number. Hard links, which share theirs rightly, have a link count above 1.</summary>
internal sealed class UniqueInodes() : Check<Evidence>("ino-unique", "inode numbers differ")
{
    internal override Finding Judge(Evidence evidence)
    {
        List<SampledEntry> judged = [.. evidence.Entries.Where(entry => entry.First is { Error.IsError: false })];
        List<SampledEntry> sharing = [.. judged
            .Where(entry => entry.Type == FileType.Directory || entry.First!.Attributes.Nlink <= 1)
            .GroupBy(entry => (entry.First!.Attributes.Dev, entry.First.Attributes.Ino))
            .Where(group => group.Count() > 1)
            .SelectMany(group => group)];
        return judged.Count < 2 ? Unseen("nothing to judge it by")
            : sharing.Count == 0 ? Ok(string.Create(CultureInfo.InvariantCulture, $"no two files share one: {judged.Count} looked at"))
            : Curable(
                Severity.Error,
                string.Create(CultureInfo.InvariantCulture, $"shared by different files: {sharing.Count} of {judged.Count}"),
                "Samba: SHARING_VIOLATION on a file nobody has open; find: \"File system loop detected\"; backups leave files out as hard links",
                "--inodes=path (the default)",
                sharing[0].Path);
    }
}
