using System.Runtime.InteropServices;
using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Testing;

/// <summary>Looking at files with bare system calls, so that nothing between test and kernel follows links, decodes names or retries.</summary>
public static partial class Look
{
    private const int DontNeed = 4;

    /// <summary>statx(2) without following a link; throws on an error.</summary>
    public static StatxBuffer At(string path) => At(Encoding.UTF8.GetBytes(path));

    /// <summary>statx(2) of a path in bytes.</summary>
    public static StatxBuffer At(ReadOnlySpan<byte> path)
    {
        Errno error = Files.StatAt(Fd.WorkingDirectory, path, out StatxBuffer stat);
        return error.IsError ? throw Failed("stat", path, error) : stat;
    }

    /// <summary>What statx(2) fails with, or no error.</summary>
    public static Errno ErrorAt(string path) => Files.StatAt(Fd.WorkingDirectory, Encoding.UTF8.GetBytes(path), out _);

    /// <summary>Opens for reading; the caller closes.</summary>
    public static Fd Open(string path, int flags = OpenFlags.ReadOnly)
    {
        Errno error = Files.OpenAt(Fd.WorkingDirectory, Encoding.UTF8.GetBytes(path), flags, out Fd fd);
        return error.IsError ? throw Failed("open", Encoding.UTF8.GetBytes(path), error) : fd;
    }

    /// <summary>fstat(2), asking the file system rather than its cache.</summary>
    public static StatxBuffer Of(Fd fd, StatSync sync = StatSync.AsNeeded)
    {
        Errno error = Files.Stat(fd, out StatxBuffer stat, sync);
        return error.IsError ? throw Failed("fstat", default, error) : stat;
    }

    /// <summary>Reads up to <paramref name="count"/> bytes at an offset.</summary>
    public static byte[] Bytes(Fd fd, long offset, int count)
    {
        byte[] buffer = new byte[count];
        Errno error = Files.ReadAt(fd, buffer, offset, out int read);
        return error.IsError ? throw Failed("read", default, error) : buffer[..read];
    }

    /// <summary>Reads up to <paramref name="count"/> bytes of a file at an offset.</summary>
    public static byte[] Bytes(string path, long offset, int count)
    {
        Fd fd = Open(path);
        try
        {
            return Bytes(fd, offset, count);
        }
        finally
        {
            fd.Close();
        }
    }

    /// <summary>Where a symbolic link points.</summary>
    public static byte[] Link(ReadOnlySpan<byte> path)
    {
        byte[] target = new byte[8192];
        Errno error = Files.ReadLink(Fd.WorkingDirectory, path, target, out int length);
        return error.IsError ? throw Failed("readlink", path, error) : target[..length];
    }

    /// <summary>A whole directory, "." and ".." included, in the order it is listed.</summary>
    public static List<Entry> List(string path)
    {
        Fd fd = Open(path, OpenFlags.Directory);
        try
        {
            return List(fd);
        }
        finally
        {
            fd.Close();
        }
    }

    /// <summary>What is left of an open directory, read in pieces of <paramref name="bufferSize"/> bytes.</summary>
    public static List<Entry> List(Fd fd, int bufferSize = 32768)
    {
        List<Entry> entries = [];
        while (ReadSome(fd, bufferSize, entries))
        {
        }

        return entries;
    }

    /// <summary>One getdents64(2). False at the end.</summary>
    public static bool ReadSome(Fd fd, int bufferSize, List<Entry> entries)
    {
        Errno error = ReadSome(fd, bufferSize, entries, out int length);
        return error.IsError ? throw Failed("getdents", default, error) : length > 0;
    }

    /// <summary>One getdents64(2) that may fail; <paramref name="length"/> is 0 at the end.</summary>
    public static Errno ReadSome(Fd fd, int bufferSize, List<Entry> entries, out int length)
    {
        byte[] buffer = new byte[bufferSize];
        Errno error = Files.ReadDirectory(fd, buffer, out length);
        foreach (DirectoryRecord record in new DirectoryRecords(buffer.AsSpan(0, length)))
        {
            entries.Add(new Entry(Encoding.Latin1.GetString(record.Name), record.Ino, record.Type));
        }

        return error;
    }

    /// <summary>Drops a file's clean pages from the page cache of the file system it was opened on.</summary>
    public static void DropPages(Fd fd) => _ = PosixFadvise(fd.Value, 0, 0, advice: DontNeed);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int PosixFadvise(int fd, long offset, long length, int advice);

    private static IOException Failed(string operation, ReadOnlySpan<byte> path, Errno error) => new($"{operation} {Printable.Escape(path)}: {error}");
}

/// <summary>A directory entry; the name has one character a byte.</summary>
public sealed record Entry(string Name, ulong Ino, FileType Type);
