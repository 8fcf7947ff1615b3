namespace NlinkFs.Check.Items;

/// <summary>Whether containers that run already see the mount when it is made anew.</summary>
internal sealed class Propagation() : Check<Evidence>("propagation", "mount propagation")
{
    internal override Finding Judge(Evidence evidence) => Parent(evidence) switch
    {
        null => Unseen("not in the mount table"),
        { Propagation: "" } parent => Note(
            $"private, by {Linux.Printable.Escape(parent.MountPoint)}",
            "a container that runs already does not see the source when it is mounted again",
            "mount --make-shared on it, and rslave (HostToContainer) for the container"),
        { } parent => Ok($"{parent.Propagation}, by {Linux.Printable.Escape(parent.MountPoint)}"),
    };

    /// <summary>The mount the source's is made on decides who else sees it.</summary>
    private static Linux.MountEntry? Parent(Evidence evidence) => evidence is { IsMountPoint: true, Mount: { } mount }
        ? evidence.Mounts.FirstOrDefault(parent => parent.Id == mount.ParentId) ?? mount
        : evidence.Mount;
}
