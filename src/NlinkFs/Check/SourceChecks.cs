using NlinkFs.Check.Items;
using NlinkFs.Linux;

namespace NlinkFs.Check;

/// <summary>Everything that is judged of a file system, in the order of the report.</summary>
internal static class SourceChecks
{
    internal static CheckReport Judge(Examination examination)
    {
        Evidence evidence = examination.Evidence;
        IEnumerable<Check<Evidence>> checks =
        [
            new MountItself(),
            new Answers(examination.Limit),
            new RootAccess(),
            new OtherUsers(),
            new FailedLookups(),
            new FailedReads(),
            new LookupLinkCount(),
            new AttributeLinkCount(),
            new LinkCountAgreement(),
            new StableInodes(),
            new UniqueInodes(),
            new ListedInodes(),
            new RootInode(),
            new StableTimes(),
            new BlockCounts(),
            new FileSystemSize(),
            new EntryTypes(),
            new StableListings(),
            new WindowsNames(),
            new CaseCollisions(),
            new ExtendedAttributes(),
            new DirectReads(),
            new Latency(Operation.Lookup, "latency-lookup", "time of a lookup", "Samba looks each name of a folder up, one after the other"),
            new Latency(Operation.GetAttr, "latency-getattr", "time of asking for attributes", "Samba asks for those of each file of a folder, one after the other"),
            new Latency(Operation.List, "latency-list", "time of a listing", "folders open slowly; Samba lists one for each name that is not there"),
            new Latency(Operation.Read, "latency-read", "time of opening and reading 64 KiB", "players wait at the start and at each jump"),
            new KernelReadAhead(),
            new Propagation(),
            new NestedMounts(),
            new PassthroughPossible(),
        ];
        return new CheckReport
        {
            Path = Printable.Escape(evidence.Path),
            Type = evidence.Mount?.Type ?? "not in the mount table",
            Entries = evidence.Entries.Count,
            Seconds = Math.Round(examination.Elapsed.TotalSeconds, 1),
            Complete = evidence.IsComplete,
            Findings = CheckReport.Order(checks.Select(check => check.Judge(evidence))),
        };
    }
}
