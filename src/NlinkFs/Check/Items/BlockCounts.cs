using System.Globalization;
using NlinkFs.Linux;

namespace NlinkFs.Check.Items;

/// <summary>No blocks in any file. One file without may be sparse, and a small one may be in its inode.</summary>
internal sealed class BlockCounts() : Check<Evidence>("blocks", "block counts")
{
    private const int Small = 4096;

    internal override Finding Judge(Evidence evidence)
    {
        List<SampledEntry> judged = [.. evidence.Entries.Where(entry => entry.Type == FileType.Regular && entry.First!.Attributes.Size >= Small)];
        return judged.Count == 0 ? Unseen("no file to judge it by")
            : judged.Exists(entry => entry.First!.Attributes.Blocks > 0) ? Ok(string.Create(CultureInfo.InvariantCulture, $"not 0: {judged.Count} looked at"))
            : Curable(
                Severity.Warning,
                string.Create(CultureInfo.InvariantCulture, $"0: {judged.Count} of {judged.Count}"),
                "du and file managers show nothing in use; what leaves out holes (tar --sparse) may take files for empty ones",
                "--blocks=zero (the default)",
                judged[0].Path);
    }
}
