using NlinkFs.Linux;

namespace NlinkFs.Check.Items;

/// <summary>Whether the root can be looked at and listed at all.</summary>
internal sealed class RootAccess() : Check<Evidence>("root", "the root can be entered")
{
    internal override Finding Judge(Evidence evidence)
    {
        Errno error = evidence.Entries.FirstOrDefault()?.First is { Error.IsError: true } look ? look.Error
            : evidence.UnlistedDirectories.Find(directory => directory.Path.Length == 0).Error;
        return error == Errno.ENOTCONN || error == Errno.ECONNABORTED
                ? Incurable(Severity.Error, $"{error}: its daemon is gone", "everything on it fails", "start the daemon; a mirror finds its source again by itself")
            : error == Errno.EACCES && evidence.IsFuse
                ? Incurable(Severity.Error, error.ToString(), "Samba: NT_STATUS_ACCESS_DENIED everywhere", "mount the source with allow_other, or check, and mount, as the user who mounted it")
            : error.IsError ? Incurable(Severity.Error, error.ToString(), "everything on it fails", "the log of the source's daemon says why")
            : evidence.Directories.Count > 0 ? Ok("it can")
            : Unseen("it was not come to");
    }
}
