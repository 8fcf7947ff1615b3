using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Check.Items;

/// <summary>Names of one directory that differ in upper and lower case only.</summary>
internal sealed class CaseCollisions() : Check<Evidence>("names-case", "names that differ by more than case")
{
    internal override Finding Judge(Evidence evidence)
    {
        foreach (SampledDirectory directory in evidence.Directories)
        {
            string[]? twins = directory.Listings.Take(1).SelectMany(listing => listing.Distinct().GroupBy(name => name, StringComparer.OrdinalIgnoreCase))
                .FirstOrDefault(group => group.Count() > 1)?.ToArray();
            if (twins is not null)
            {
                byte[] example = Encoding.Latin1.GetBytes(twins[0]);
                return Incurable(
                    Severity.Warning,
                    $"{Printable.Escape(example)} and {Printable.Escape(Encoding.Latin1.GetBytes(twins[1]))} in one folder",
                    "Windows clients show both and open one of them, whichever they ask for",
                    "rename one; \"case sensitive = yes\" in smb.conf helps clients that tell them apart",
                    SampleWalk.Join(directory.Path, example));
            }
        }

        return evidence.Directories.Count == 0 ? Unseen("nothing to judge it by") : Ok("all");
    }
}
