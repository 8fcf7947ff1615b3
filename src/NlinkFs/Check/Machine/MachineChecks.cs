namespace NlinkFs.Check.Machine;

/// <summary>Everything that is judged of the machine, in the order of the report.</summary>
internal static class MachineChecks
{
    internal static CheckReport Judge(MachineFacts facts)
    {
        IEnumerable<Check<MachineFacts>> checks =
        [
            new Kernel(),
            new Device(),
            new Privilege(),
            new UserNamespace(),
            new FusermountProgram(),
            new OpenFilesLimit(),
            new Confinement(),
            new SambaVersion(),
        ];
        return new CheckReport { Findings = CheckReport.Order(checks.Select(check => check.Judge(facts))) };
    }
}
