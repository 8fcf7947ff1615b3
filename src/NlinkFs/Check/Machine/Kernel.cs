namespace NlinkFs.Check.Machine;

/// <summary>What the kernel's version allows.</summary>
internal sealed class Kernel() : Check<MachineFacts>("kernel", "kernel")
{
    private static readonly Version s_oldest = new(5, 4);
    private static readonly Version s_passthrough = new(6, 9);
    private static readonly Version s_epoch = new(6, 16);

    internal override Finding Judge(MachineFacts facts)
    {
        string[] parts = facts.KernelRelease.Split('.', '-', '+');
        return parts.Length < 2 || !Version.TryParse($"{parts[0]}.{parts[1]}", out Version? version) ? Unseen($"\"{facts.KernelRelease}\" is not understood")
            : version < s_oldest ? Incurable(Severity.Error, facts.KernelRelease, "mirrors do not work", "Linux 5.4 or newer is needed")
            : version < s_passthrough ? Note(facts.KernelRelease, "no passthrough: the daemon reads the files", "it takes Linux 6.9")
            : version < s_epoch ? Note(facts.KernelRelease, "after an outage, old names show for as long as --entry-timeout", "not so from Linux 6.16 on")
            : Ok(facts.KernelRelease);
    }
}
