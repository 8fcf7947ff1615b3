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
        byte[] path = ReadAheadFile(major, minor);
        const int WriteOnly = 1;
        Errno error = Files.OpenAt(Fd.WorkingDirectory, path, WriteOnly, out Fd fd);
        if (!error.IsError)
        {
            error = Files.Write(fd, Encoding.ASCII.GetBytes((bytes >> 10).ToString(CultureInfo.InvariantCulture)), out _);
            fd.Close();
        }

        return error;
    }

    /// <summary>How far the kernel reads ahead on a file system, KiB; null where /sys does not tell. Asks the kernel alone.</summary>
    /// <param name="major">Of the file system's device number.</param>
    /// <param name="minor">Likewise.</param>
    public static long? ReadAhead(uint major, uint minor) =>
        long.TryParse(Encoding.ASCII.GetString(MountTable.ReadAll(ReadAheadFile(major, minor))), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long kilobytes)
            ? kilobytes
            : null;

    private static byte[] ReadAheadFile(uint major, uint minor) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/sys/class/bdi/{major}:{minor}/read_ahead_kb"));
}
