using System.Globalization;
using NlinkFs.Linux;

namespace NlinkFs.Check.Items;

/// <summary>Names that are listed and cannot be looked up, and directories that cannot be listed.</summary>
internal sealed class FailedLookups() : Check<Evidence>("lookups-work", "what is listed is there")
{
    internal override Finding Judge(Evidence evidence)
    {
        List<(byte[] Path, Errno Error)> failed =
        [
            .. evidence.Entries.Where(entry => !entry.IsRoot && entry.First is { Error.IsError: true } && entry.Second is null or { Error.IsError: true })
                .Select(entry => (entry.Path, entry.First!.Error)),
            .. evidence.UnlistedDirectories,
        ];
        return failed.Count > 0
                ? Incurable(
                    Severity.Error,
                    string.Create(CultureInfo.InvariantCulture, $"{failed[0].Error}: {failed.Count} of {evidence.Entries.Count}"),
                    "programs report errors, or leave the files out",
                    failed[0].Error == Errno.EACCES ? "check as root, or give the user of the server the right" : "the log of the source's daemon says why",
                    failed[0].Path)
            : evidence.Missing is { } missing && missing != Errno.ENOENT
                ? Incurable(
                    Severity.Error,
                    $"a name that is not there gives {(missing.IsError ? missing : "a file")} instead of \"No such file or directory\"",
                    "Samba and media managers, which look for many names that are not there, report errors",
                    "the log of the source's daemon says why")
            : evidence.Entries.Count > 1 ? Ok(string.Create(CultureInfo.InvariantCulture, $"all: {evidence.Entries.Count} looked at"))
            : Unseen("nothing to judge it by");
    }
}
