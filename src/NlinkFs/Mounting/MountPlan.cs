using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Mounting;

/// <summary>
/// Where from and where to, checked before anything is touched: both exist, neither lies in the other, and the mount point is free
/// or holds only a dead mount of ours.
/// </summary>
/// <param name="Source">Absolute path of the source, links resolved.</param>
/// <param name="MountPoint">Absolute path of the mount point, links resolved.</param>
internal sealed record MountPlan(byte[] Source, byte[] MountPoint)
{
    /// <summary>The type our mounts have in the mount table.</summary>
    internal const string FileSystemType = "fuse.nlinkfs";

    /// <summary>Works the plan out.</summary>
    /// <param name="source">As typed.</param>
    /// <param name="mountPoint">As typed.</param>
    /// <param name="over">Whether source and mount point may be the same.</param>
    /// <param name="late">Whether the source need not be there yet.</param>
    /// <exception cref="CommandException">Something is wrong; nothing has been mounted.</exception>
    internal static MountPlan Make(byte[] source, byte[] mountPoint, bool over, bool late)
    {
        byte[] to = Resolve(mountPoint, "mount point", hint: $"make it: mkdir -p {Printable.Escape(mountPoint)}");
        ClearDeadMounts(to);
        byte[] from = late && IsMissing(source)
            ? Encoding.UTF8.GetBytes(Path.GetFullPath(Encoding.UTF8.GetString(source)))
            : Resolve(source, "source", hint: "is it mounted, and the path right? --wait-source waits for it");
        CheckNesting(from, to, over);
        CheckFree(to);
        return new MountPlan(from, to);
    }

    /// <summary>The absolute path of an existing directory, found without asking the file system it is on more than it must.</summary>
    internal static byte[] Resolve(byte[] path, string role, string? hint)
    {
        Errno error = Files.OpenAt(Fd.WorkingDirectory, path, OpenFlags.Path, out Fd fd);
        if (error.IsError)
        {
            throw new CommandException($"{role} {Printable.Escape(path)}: {error}", ExitCode.Mount, error == Errno.ENOENT ? hint : null);
        }

        error = Files.Stat(fd, out StatxBuffer stat, StatSync.CachedOnly);
        Errno linkError = Files.PathOf(fd, out byte[] resolved);
        fd.Close();
        if (linkError.IsError)
        {
            throw new CommandException($"{role} {Printable.Escape(path)}: cannot read /proc/self/fd: {linkError}", ExitCode.System, "is /proc mounted?");
        }

        if (!error.IsError && stat.Type != FileType.Directory)
        {
            throw new CommandException($"{role} {Printable.Escape(path)} is not a directory", ExitCode.Mount);
        }

        return resolved;
    }

    /// <summary>Takes away mounts of ours whose daemon is gone; they answer everything with "Transport endpoint is not connected".</summary>
    private static void ClearDeadMounts(byte[] path)
    {
        const int Bound = 16;
        for (int i = 0; i < Bound && MountTable.TopAt(path) is { } top && IsDead(path); i++)
        {
            if (top.Type != FileSystemType)
            {
                throw new CommandException(
                    $"mount point {Printable.Escape(path)} is a dead {top.Type} mount of {Printable.Escape(top.Source)}, not one of ours",
                    ExitCode.Mount,
                    $"unmount it: umount -l {Printable.Escape(path)}");
            }

            Errno error = Server.FuseMount.Unmount(path, lazy: true);
            if (error.IsError)
            {
                throw new CommandException($"cannot unmount the dead mirror on {Printable.Escape(path)}: {error}", ExitCode.Mount);
            }
        }
    }

    private static bool IsDead(byte[] path)
    {
        Errno error = Files.StatAt(Fd.WorkingDirectory, path, out _, StatSync.Force);
        return error == Errno.ENOTCONN || error == Errno.ECONNABORTED;
    }

    private static bool IsMissing(byte[] path)
    {
        Errno error = Files.OpenAt(Fd.WorkingDirectory, path, OpenFlags.Path, out Fd fd);
        fd.Close();
        return error == Errno.ENOENT;
    }

    private static void CheckNesting(byte[] source, byte[] mountPoint, bool over)
    {
        string from = Printable.Escape(source);
        string to = Printable.Escape(mountPoint);
        if (source.AsSpan().SequenceEqual(mountPoint))
        {
            if (!over)
            {
                throw new CommandException(
                    $"source and mount point are the same: {from}",
                    ExitCode.Usage,
                    "to cover the source with its mirror say --over, and read in --help what that cannot do");
            }

            return;
        }

        if (over)
        {
            throw new CommandException($"--over is for a mirror on top of its own source, but {from} is not {to}", ExitCode.Usage);
        }

        if (IsBelow(mountPoint, source))
        {
            throw new CommandException(
                $"mount point {to} lies inside the source {from}: the mirror would show itself", ExitCode.Mount, "choose one outside of it");
        }

        if (IsBelow(source, mountPoint))
        {
            throw new CommandException(
                $"source {from} lies inside the mount point {to}: the mirror would cover it", ExitCode.Mount, "choose a mount point of its own");
        }
    }

    private static void CheckFree(byte[] path)
    {
        if (MountTable.TopAt(path) is { Type: FileSystemType } top)
        {
            throw new CommandException(
                $"mount point {Printable.Escape(path)} already has a mirror, of {Printable.Escape(top.Source)}",
                ExitCode.Mount,
                $"unmount it first: nlinkfs unmount {Printable.Escape(path)}");
        }
    }

    /// <summary>
    /// Whether <paramref name="path"/> is below <paramref name="ancestor"/>, by name or, through bind mounts, by being the same
    /// directory of the same file system.
    /// </summary>
    private static bool IsBelow(byte[] path, byte[] ancestor)
    {
        bool known = !Files.StatAt(Fd.WorkingDirectory, ancestor, out StatxBuffer wanted, StatSync.CachedOnly).IsError;
        ReadOnlySpan<byte> at = path;
        while (at.Length > 1)
        {
            at = at[..Math.Max(1, at.LastIndexOf((byte)'/'))];
            if (at.SequenceEqual(ancestor))
            {
                return true;
            }

            if (known && !Files.StatAt(Fd.WorkingDirectory, at, out StatxBuffer stat, StatSync.CachedOnly).IsError
                && stat.Dev == wanted.Dev && stat.Ino == wanted.Ino && stat.Ino > 1)
            {
                return true;
            }
        }

        return false;
    }
}
