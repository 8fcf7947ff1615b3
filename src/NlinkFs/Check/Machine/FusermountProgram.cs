namespace NlinkFs.Check.Machine;

/// <summary>fusermount3 and its configuration, which only others than root need.</summary>
internal sealed class FusermountProgram() : Check<MachineFacts>("fusermount", "fusermount3")
{
    internal override Finding Judge(MachineFacts facts) => facts switch
    {
        { IsRoot: true, Fusermount: null } => Ok("not there, and root needs none"),
        { Fusermount: null } => Note("not there", "only root can mount", "install fuse3"),
        { IsRoot: false, UserAllowOther: false } => Note(
            $"{facts.Fusermount}, without user_allow_other in /etc/fuse.conf", "a file server of another user may not enter the mirror", "add that line, or mount as root"),
        _ => Ok(facts.Fusermount),
    };
}
