using System.Globalization;
using NlinkFs.Linux;

namespace NlinkFs.Check.Items;

/// <summary>Files whose beginning cannot be read.</summary>
internal sealed class FailedReads() : Check<Evidence>("reads-work", "files can be read")
{
    internal override Finding Judge(Evidence evidence)
    {
        List<(byte[] Path, Errno Error)> failed = evidence.Reads.FindAll(read => read.Error.IsError);
        return failed.Count > 0
                ? Incurable(
                    Severity.Error,
                    string.Create(CultureInfo.InvariantCulture, $"{failed[0].Error}: {failed.Count} of {evidence.Reads.Count}"),
                    "players stop, copies fail",
                    failed[0].Error == Errno.EACCES ? "check as root, or give the user of the server the right" : "the log of the source's daemon says why",
                    failed[0].Path)
            : evidence.Reads.Count == 0 ? Unseen("no file to judge it by")
            : Ok(string.Create(CultureInfo.InvariantCulture, $"the beginning of each: {evidence.Reads.Count} read"));
    }
}
