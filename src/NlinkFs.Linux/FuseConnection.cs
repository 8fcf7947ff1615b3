using System.Globalization;
using System.Text;

namespace NlinkFs.Linux;

/// <summary>The kernel's side of somebody's FUSE mount, as fusectl shows it.</summary>
public static class FuseConnection
{
    /// <summary>
    /// Aborts a connection: everybody waiting on the mount gets ECONNABORTED, its server sees its end. EPERM without CAP_SYS_ADMIN,
    /// ENOENT when there is no such connection.
    /// </summary>
    /// <param name="minor">The mount's device minor, which names the connection.</param>
    public static Errno Abort(uint minor)
    {
        // A mount of its own, since /sys/fs/fuse/connections is missing in most containers.
        Errno error = Mounts.OpenFileSystem("fusectl"u8, out Fd context);
        error = error.IsError ? error : Mounts.Create(context);
        Fd root = Fd.None;
        error = error.IsError ? error : Mounts.MountDetached(context, out root);
        context.Close();
        if (!error.IsError)
        {
            const int WriteOnly = 1;
            byte[] path = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{minor}/abort"));
            error = Files.OpenAt(root, path, WriteOnly, out Fd fd);
            if (!error.IsError)
            {
                error = Files.Write(fd, "1"u8, out _);
                fd.Close();
            }

            root.Close();
        }

        return error;
    }
}
