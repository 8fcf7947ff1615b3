using System.Globalization;
using System.Text;

namespace NlinkFs.Linux;

/// <summary>Settings of a file system's backing device (bdi) in /sys/class/bdi.</summary>
public static class BackingDevice
{
    /// <summary>Sets how far the kernel reads ahead on a file system. EACCES without root, EROFS where /sys is read-only, as in most containers.</summary>
    /// <param name="major">Of the file system's device number.</param>
    /// <param name="minor">Likewise.</param>
    /// <param name="bytes">How far, rounded down to KiB.</param>
    public static Errno SetReadAhead(uint major, uint minor, long bytes)
    {
        byte[] path = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/sys/class/bdi/{major}:{minor}/read_ahead_kb"));
        const int WriteOnly = 1;
        Errno error = Files.OpenAt(Fd.WorkingDirectory, path, WriteOnly, out Fd fd);
        if (!error.IsError)
        {
            error = Files.Write(fd, Encoding.ASCII.GetBytes((bytes >> 10).ToString(CultureInfo.InvariantCulture)), out _);
            fd.Close();
        }

        return error;
    }
}
