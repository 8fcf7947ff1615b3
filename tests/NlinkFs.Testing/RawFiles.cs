using NlinkFs.Linux;

namespace NlinkFs.Testing;

/// <summary>Small files under names that .NET's strings cannot hold.</summary>
public static class RawFiles
{
    /// <summary>Makes a file, or adds to it.</summary>
    public static void Write(ReadOnlySpan<byte> path, ReadOnlySpan<byte> content)
    {
        Check(Files.OpenForAppend(path, out Fd fd));
        Check(Files.Write(fd, content, out _));
        fd.Close();
    }

    /// <summary>The first 64 KiB of a file.</summary>
    public static byte[] Read(ReadOnlySpan<byte> path)
    {
        Check(Files.OpenAt(Fd.WorkingDirectory, path, OpenFlags.ReadOnly, out Fd fd));
        byte[] content = Look.Bytes(fd, 0, 65536);
        fd.Close();
        return content;
    }

    private static void Check(Errno error)
    {
        if (error.IsError)
        {
            throw new IOException(error.ToString());
        }
    }
}
