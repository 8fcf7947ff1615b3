namespace NlinkFs.Check.Machine;

/// <summary>CAP_SYS_ADMIN, or fusermount3 in its place.</summary>
internal sealed class Privilege() : Check<MachineFacts>("privilege", "right to mount")
{
    private const int SysAdmin = 21;

    internal override Finding Judge(MachineFacts facts) => facts switch
    {
        _ when facts.Has(SysAdmin) => Ok("CAP_SYS_ADMIN"),
        { IsRoot: true } => Incurable(Severity.Error, "root, but no CAP_SYS_ADMIN", "mount(2) is refused", "in a container --cap-add SYS_ADMIN"),
        { Fusermount: not null, FusermountIsSetuid: true, NoNewPrivileges: false } => Note(
            "none; fusermount3 mounts instead", "no passthrough, no --readahead, no --abort-stalled", "run as root to have them"),
        { Fusermount: not null } => Incurable(
            Severity.Error,
            facts.NoNewPrivileges ? "none, and no_new_privs keeps fusermount3 from having it" : "none, and fusermount3 is not setuid root",
            "nothing can be mounted",
            facts.NoNewPrivileges ? "allowPrivilegeEscalation, or NoNewPrivileges=no in the unit; or run as root" : "chmod u+s, or run as root"),
        _ => Incurable(Severity.Error, "none, and there is no fusermount3", "nothing can be mounted", "run as root, or install fuse3"),
    };
}
