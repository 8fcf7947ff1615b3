namespace NlinkFs.Check.Machine;

/// <summary>The user namespace, on which passthrough depends.</summary>
internal sealed class UserNamespace() : Check<MachineFacts>("user-namespace", "user namespace")
{
    internal override Finding Judge(MachineFacts facts) => facts.IsInitialUserNamespace
        ? Ok("the machine's own")
        : Note("not the machine's own (a rootless container)", "no passthrough; allow_other reaches only users of the namespace", "nothing has to be done: the daemon reads the files");
}
