using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>What has to be at the source's path before it counts as the source.</summary>
public sealed record SourceExpectation
{
    /// <summary>A mount: what lies beneath its mount point does not count.</summary>
    public bool Mount { get; init; }

    /// <summary>Not an empty directory on which nothing is mounted: it looks like the mount point of a source that is late.</summary>
    public bool MountOrEntries { get; init; }

    /// <summary>A type in the mount table, such as fuse.rclone; null for any.</summary>
    public string? FileSystemType { get; init; }

    /// <summary>The name of something in its root; null for none.</summary>
    public byte[]? Marker { get; init; }

    /// <summary>Whether its mirror lies on top of it, so that it cannot be found again by its path.</summary>
    public bool IsCovered { get; init; }

    /// <summary>Something in its root, whatever it is: it was not empty when last seen.</summary>
    internal bool HasEntries { get; init; }
}

/// <summary>Which mount something is on. While it is held open, no other mount has both numbers.</summary>
/// <param name="Id">The id in the mount table.</param>
/// <param name="Major">Of the device number.</param>
/// <param name="Minor">Likewise; names the connection of a FUSE mount.</param>
internal readonly record struct MountIdentity(int Id, uint Major, uint Minor)
{
    internal static MountIdentity Of(MountEntry entry) => new(entry.Id, entry.Major, entry.Minor);
}

/// <summary>A source as found.</summary>
/// <param name="Root">Its root, held so that it can be unmounted all the same where privilege allows.</param>
/// <param name="Mount">Which mount it is on; null when the mount table does not show that.</param>
/// <param name="FileSystemType">Its type in the mount table.</param>
/// <param name="IsMount">Whether its path is a mount point.</param>
/// <param name="HasEntries">Whether there is anything in it.</param>
/// <param name="RootStat">Its root's attributes.</param>
internal sealed record FoundSource(Fd Root, MountIdentity? Mount, string FileSystemType, bool IsMount, bool HasEntries, StatxBuffer RootStat);

/// <summary>Looks whether the source is at its path. Blocks as long as the source does.</summary>
internal static class SourceFinder
{
    internal const string NothingMounted = "nothing is mounted there";

    private const ulong AttributeMountRoot = 0x2000;

    /// <summary>The mount that holds the source by the mount table alone, which never blocks.</summary>
    /// <param name="path">The source's.</param>
    /// <param name="isCovered">Whether a mirror on that very path is to be overlooked.</param>
    internal static MountEntry? HolderOf(byte[] path, bool isCovered) =>
        MountTable.Holding(path, entry => !(isCovered && entry.Type == "fuse.nlinkfs" && entry.MountPoint.AsSpan().SequenceEqual(path)));

    /// <summary>Opens the source if it is there.</summary>
    /// <param name="path">Where; absolute, links resolved.</param>
    /// <param name="expected">What it has to be.</param>
    /// <param name="found">The source, whose root the caller closes.</param>
    /// <param name="reason">Why it is not the source, for people.</param>
    /// <returns>The errno that goes with the reason.</returns>
    internal static Errno Find(byte[] path, SourceExpectation expected, out FoundSource? found, out string reason)
    {
        found = null;
        Errno error = Files.OpenAt(Fd.WorkingDirectory, path, OpenFlags.Path | OpenFlags.Directory, out Fd root);
        if (error.IsError)
        {
            reason = $"cannot open it: {error}";
            return error;
        }

        _ = Files.Stat(root, out StatxBuffer stat, StatSync.CachedOnly);
        MountEntry? mount = MountOf(in stat);
        bool isMount = (stat.Attributes & stat.AttributesMask & AttributeMountRoot) != 0;
        string type = mount?.Type ?? "";
        error = CheckMount(expected, isMount, type, out reason);
        if (!error.IsError && expected.IsCovered && type == "fuse.nlinkfs")
        {
            (error, reason) = (Errno.ENODEV, "its own mirror covers it");
        }

        if (!error.IsError)
        {
            root = Hold(root, isMount || SourceTree.IsFuse(type));
            error = CheckContent(root, expected, isMount, out stat, out bool hasEntries, out reason);
            found = error.IsError ? null : new FoundSource(root, IdentityOf(mount, path, expected.IsCovered), type, isMount, hasEntries, stat);
        }

        if (found is null)
        {
            root.Close();
        }

        return error;
    }

    private static Errno CheckMount(SourceExpectation expected, bool isMount, string type, out string reason)
    {
        bool bare = expected.Mount && !isMount;
        bool other = expected.FileSystemType is { } wanted && wanted != type;
        reason = bare ? NothingMounted : other ? $"it is {type}, not {expected.FileSystemType}" : "";
        return bare || other ? Errno.ENODEV : Errno.None;
    }

    /// <summary>
    /// A private clone of the mount can be held while the original is unmounted. A directory of another file system is held as it is: below
    /// it mounts come and go visibly.
    /// </summary>
    private static Fd Hold(Fd root, bool clone)
    {
        if (clone && !Mounts.CloneTree(root, out Fd tree).IsError)
        {
            root.Close();
            return tree;
        }

        return root;
    }

    private static Errno CheckContent(Fd root, SourceExpectation expected, bool isMount, out StatxBuffer stat, out bool hasEntries, out string reason)
    {
        hasEntries = false;
        Errno error = Files.Stat(root, out stat, StatSync.Force);
        if (error.IsError)
        {
            reason = $"it does not answer: {error}";
            return error;
        }

        if (expected.Marker is { } marker && (error = Files.StatAt(root, marker, out _)).IsError)
        {
            reason = $"there is no {Printable.Escape(marker)} in it: {error}";
            return error;
        }

        error = Files.OpenAt(root, "."u8, OpenFlags.ReadOnly | OpenFlags.Directory, out Fd fd);
        if (error.IsError)
        {
            reason = $"cannot open it: {error}";
            return error;
        }

        error = AnyEntry(fd, out hasEntries);
        fd.Close();
        bool bare = expected.MountOrEntries && !isMount && !hasEntries;
        reason = error.IsError ? $"cannot list it: {error}" : bare ? $"it is empty, and {NothingMounted}" : "it is empty, and was not before";
        return error.IsError ? error : bare || (expected.HasEntries && !hasEntries) ? Errno.ENODATA : Errno.None;
    }

    private static Errno AnyEntry(Fd directory, out bool any)
    {
        Span<byte> buffer = stackalloc byte[4096];
        any = false;
        Errno error;
        int length;
        do
        {
            error = Files.ReadDirectory(directory, buffer, out length);
            foreach (DirectoryRecord record in new DirectoryRecords(buffer[..length]))
            {
                any |= !record.Name.SequenceEqual("."u8) && !record.Name.SequenceEqual(".."u8);
            }
        }
        while (!any && length > 0);
        return error;
    }

    /// <summary>Only when the path leads there by its names too: or a change in the table could not be told from none.</summary>
    private static MountIdentity? IdentityOf(MountEntry? mount, byte[] path, bool isCovered) =>
        mount is not null && HolderOf(path, isCovered) is { } holder && holder.Id == mount.Id ? MountIdentity.Of(mount) : null;

    /// <summary>By the id of the mount or, before Linux 5.8, by its device.</summary>
    private static MountEntry? MountOf(in StatxBuffer stat)
    {
        bool hasId = stat.Mask.HasFlag(StatxMask.MountId);
        (ulong id, uint major, uint minor) = (stat.MountId, stat.DevMajor, stat.DevMinor);
        return MountTable.Read().FirstOrDefault(mount => hasId ? (ulong)mount.Id == id : mount.Major == major && mount.Minor == minor);
    }
}
