using NlinkFs.Linux;

namespace NlinkFs.Check.Items;

/// <summary>Whether the path is the mount one takes it for.</summary>
internal sealed class MountItself() : Check<Evidence>("mount", "the mount")
{
    internal override Finding Judge(Evidence evidence)
    {
        if (evidence.Mount is not { } mount)
        {
            return Unseen("not in the mount table");
        }

        int beneath = evidence.Mounts.Count(other => other.MountPoint.AsSpan().SequenceEqual(evidence.Path)) - 1;
        string what = $"{mount.Type} of {Printable.Escape(mount.Source)}, {mount.Options}";
        return !evidence.IsMountPoint && evidence is { Entries.Count: 1, IsComplete: true }
                ? Incurable(
                    Severity.Error,
                    $"none: an empty directory of {Printable.Escape(mount.MountPoint)} ({mount.Type})",
                    "an empty share, after which media managers drop the library",
                    "mount the source; nlinkfs mount --source-mount waits for that")
            : !evidence.IsMountPoint ? Note($"none here: a directory of {Printable.Escape(mount.MountPoint)} ({what})", advice: "if something should be mounted here, it is not")
            : beneath > 0 ? Note($"{what}; over another mount on the same path", "what is beneath is hidden", "findmnt shows both")
            : Ok(what);
    }
}
