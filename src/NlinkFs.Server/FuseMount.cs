using System.Globalization;
using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Server;

/// <summary>What to mount and how.</summary>
public sealed record MountRequest
{
    /// <summary>Absolute path of the directory to mount on.</summary>
    public required byte[] MountPoint { get; init; }

    /// <summary>What the mount table shows as the source (fsname).</summary>
    public required byte[] FsName { get; init; }

    /// <summary>Subtype: the type shows as fuse.SUBTYPE.</summary>
    public required string Subtype { get; init; }

    /// <summary>Flags of mount(2); nosuid and nodev are always added.</summary>
    public MountFlags Flags { get; init; } = MountFlags.ReadOnly;

    /// <summary>Other users may enter.</summary>
    public bool AllowOther { get; init; }

    /// <summary>The kernel checks permissions by mode, owner and group.</summary>
    public bool DefaultPermissions { get; init; }

    /// <summary>Most bytes in one READ; 0 for the kernel's own limit.</summary>
    public uint MaxRead { get; init; }
}

/// <summary>Mounting and unmounting a FUSE file system: mount(2) as root, fusermount3 otherwise.</summary>
public static class FuseMount
{
    private const string Device = "/dev/fuse";
    private const string Helper = "fusermount3";

    /// <summary>Mounts and returns the /dev/fuse descriptor to serve. On failure nothing stays mounted.</summary>
    /// <exception cref="MountException">It could not be mounted; the message says why and what to do.</exception>
    public static Fd Mount(MountRequest request) => Processes.IsRoot ? MountDirectly(request) : MountByHelper(request);

    /// <summary>Takes the topmost mount off <paramref name="mountPoint"/>.</summary>
    public static Errno Unmount(byte[] mountPoint, bool lazy)
    {
        if (Processes.IsRoot)
        {
            return Mounts.Unmount(mountPoint, UnmountFlags.NoFollow | (lazy ? UnmountFlags.Detach : UnmountFlags.None));
        }

        List<byte[]> arguments = [.. ToBytes(Helper, "-u", "-q")];
        if (lazy)
        {
            arguments.AddRange(ToBytes("-z"));
        }

        arguments.AddRange(ToBytes("--"));
        arguments.Add(mountPoint);
        Errno error = Processes.Spawn(Helper, arguments, [], [], newSession: false, out int pid);
        if (error.IsError)
        {
            return error;
        }

        error = Processes.Wait(pid, out int exitCode);
        return error.IsError ? error : exitCode == 0 ? Errno.None : Errno.EBUSY;
    }

    private static Fd MountDirectly(MountRequest request)
    {
        Errno error = Files.OpenAt(Fd.WorkingDirectory, Encoding.ASCII.GetBytes(Device), OpenFlags.ReadWrite, out Fd device);
        if (error.IsError)
        {
            throw new MountException($"cannot open {Device}: {error}", error == Errno.ENOENT
                ? "load the kernel module (modprobe fuse), or give the container the device (--device /dev/fuse)"
                : "in a container the device has to be allowed as well (--device /dev/fuse, or a device plugin)");
        }

        string options = string.Create(
            CultureInfo.InvariantCulture,
            $"fd={device.Value},rootmode=40000,user_id={Processes.UserId},group_id={Processes.GroupId}{Options(request)}");
        error = Mounts.Mount(
            request.FsName,
            request.MountPoint,
            Encoding.UTF8.GetBytes($"fuse.{request.Subtype}"),
            request.Flags | MountFlags.NoSuid | MountFlags.NoDev,
            Encoding.UTF8.GetBytes(options));
        if (error.IsError)
        {
            device.Close();
            throw new MountException(
                $"cannot mount on {Printable.Escape(request.MountPoint)}: {error}",
                error == Errno.EPERM || error == Errno.EACCES
                    ? "mounting needs CAP_SYS_ADMIN; in a container add it, and where AppArmor denies mounts run unconfined"
                    : null);
        }

        return device;
    }

    private static Fd MountByHelper(MountRequest request)
    {
        const int ChildSocket = 3;
        Errno error = Sockets.Pair(packets: false, out Fd ours, out Fd theirs);
        if (error.IsError)
        {
            throw new MountException($"cannot make a socket pair for {Helper}: {error}", null);
        }

        string flags = request.Flags.HasFlag(MountFlags.ReadOnly) ? ",ro" : "";
        string options = $"subtype={request.Subtype}{flags}{Options(request)}";
        List<byte[]> arguments = [.. ToBytes(Helper, "-o")];
        arguments.Add([.. "fsname="u8, .. EscapeOption(request.FsName), (byte)',', .. Encoding.UTF8.GetBytes(options)]);
        arguments.AddRange(ToBytes("--"));
        arguments.Add(request.MountPoint);
        error = Processes.Spawn(Helper, arguments, [$"_FUSE_COMMFD={ChildSocket}"], [(theirs, ChildSocket)], newSession: false, out int pid);
        theirs.Close();
        if (error.IsError)
        {
            ours.Close();
            throw new MountException(
                $"cannot run {Helper}: {error}", "without root, mounting goes through it: install the package fuse3, or run as root");
        }

        error = Sockets.ReceiveDescriptor(ours, out Fd device);
        ours.Close();
        _ = Processes.Wait(pid, out int exitCode);
        if (error.IsError)
        {
            throw new MountException(
                $"{Helper} could not mount on {Printable.Escape(request.MountPoint)} (exit code {exitCode})",
                request.AllowOther
                    ? "its own message is above; allow_other needs user_allow_other in /etc/fuse.conf"
                    : "its own message is above; the mount point has to belong to you");
        }

        return device;
    }

    private static string Options(MountRequest request)
    {
        string options = request.AllowOther ? ",allow_other" : "";
        options += request.DefaultPermissions ? ",default_permissions" : "";
        return request.MaxRead > 0 ? string.Create(CultureInfo.InvariantCulture, $"{options},max_read={request.MaxRead}") : options;
    }

    private static byte[] EscapeOption(byte[] value)
    {
        List<byte> escaped = [];
        foreach (byte b in value)
        {
            if (b is (byte)',' or (byte)'\\')
            {
                escaped.Add((byte)'\\');
            }

            escaped.Add(b);
        }

        return [.. escaped];
    }

    private static IEnumerable<byte[]> ToBytes(params string[] texts) => texts.Select(Encoding.UTF8.GetBytes);
}

/// <summary>A mount that could not be made.</summary>
/// <param name="message">What failed, with path and errno.</param>
/// <param name="hint">What the user can do about it, or null.</param>
public sealed class MountException(string message, string? hint) : Exception(message)
{
    /// <summary>What the user can do about it, or null.</summary>
    public string? Hint => hint;
}
