using System.Globalization;
using NlinkFs.Linux;

namespace NlinkFs.Check.Items;

/// <summary>Other file systems below the path.</summary>
internal sealed class NestedMounts() : Check<Evidence>("nested", "other mounts inside")
{
    internal override Finding Judge(Evidence evidence)
    {
        List<MountEntry> nested = [.. evidence.Mounts.Where(mount =>
            MountTable.IsAtOrBelow(mount.MountPoint, evidence.Path) && !mount.MountPoint.AsSpan().SequenceEqual(evidence.Path))];
        return evidence.Mounts.Count == 0 ? Unseen("no mount table")
            : nested.Count == 0 ? Ok("none")
            : Note(
                string.Create(CultureInfo.InvariantCulture, $"{nested.Count}, such as {Printable.Escape(nested[0].MountPoint)} ({nested[0].Type})"),
                "they were not examined",
                "a mirror shows those that are there when it is mounted; check them by their own path");
    }
}
