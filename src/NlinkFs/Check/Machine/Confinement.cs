namespace NlinkFs.Check.Machine;

/// <summary>AppArmor and seccomp, which containers come with and which may refuse mount(2).</summary>
internal sealed class Confinement() : Check<MachineFacts>("confinement", "AppArmor and seccomp")
{
    internal override Finding Judge(MachineFacts facts)
    {
        bool profile = facts.AppArmor is { } name && !name.StartsWith("unconfined", StringComparison.Ordinal);
        string found = $"AppArmor {facts.AppArmor ?? "not in use"}, {(facts.Seccomp == 0 ? "no seccomp filter" : "a seccomp filter")}";
        return profile
            ? Note(found, "the profile may refuse to mount, docker-default does", "--security-opt apparmor=unconfined if it does")
            : facts.Seccomp != 0
                ? Note(found, "filters of containers let mount(2) through with CAP_SYS_ADMIN only", "--cap-add SYS_ADMIN if it does not")
                : Ok(found);
    }
}
