namespace NlinkFs.Check.Items;

/// <summary>allow_other, without which nobody but whoever mounted a FUSE file system may enter.</summary>
internal sealed class OtherUsers() : Check<Evidence>("allow-other", "other users may enter")
{
    internal override Finding Judge(Evidence evidence) => evidence switch
    {
        { Mount: null } => Unseen("not in the mount table"),
        { IsFuse: false } => Ok("not a FUSE mount"),
        { Mount.SuperOptions: { } options } when options.Split(',').Contains("allow_other") => Ok("allow_other"),
        _ => Curable(
            Severity.Error,
            "not mounted with allow_other",
            "smbd acts as other users: NT_STATUS_ACCESS_DENIED everywhere",
            "a mirror mounted as root by the same user has allow_other"),
    };
}
