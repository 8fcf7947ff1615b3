using System.Globalization;

namespace NlinkFs.Check.Machine;

/// <summary>How many files may be open: by proxy, one of the source for each of the mirror.</summary>
internal sealed class OpenFilesLimit() : Check<MachineFacts>("open-files", "limit of open files")
{
    private const ulong Few = 4096;

    internal override Finding Judge(MachineFacts facts) => facts.OpenFiles < Few
        ? Note(
            facts.OpenFiles.ToString(CultureInfo.InvariantCulture),
            "each open file of a mirror takes one; beyond them opening fails with EMFILE",
            "ulimit -Hn, LimitNOFILE= in a unit, --ulimit nofile= in a container")
        : Ok(facts.OpenFiles.ToString(CultureInfo.InvariantCulture));
}
