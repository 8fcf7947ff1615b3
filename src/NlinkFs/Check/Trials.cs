using System.Globalization;
using System.Text;
using NlinkFs.Linux;
using NlinkFs.Mirror;

namespace NlinkFs.Check;

/// <summary>What is tried once or a few times: sizes of the file system, reading, extended attributes, O_DIRECT, names that are not there.</summary>
/// <param name="examination">Makes the calls.</param>
/// <param name="root">The examined root.</param>
internal sealed class Trials(Examination examination, Fd root)
{
    private const int FilesRead = 8;
    private const int BytesRead = 64 << 10;
    private const int NamesMissed = 5;

    private readonly Evidence _evidence = examination.Evidence;

    internal void Run()
    {
        TryStatFs();
        MissNames();
        List<byte[]> files = [.. _evidence.Entries.Where(entry => entry.Type == FileType.Regular && entry.First!.Attributes.Size > 0).Select(entry => entry.Path)];
        foreach (byte[] file in files.Take(FilesRead))
        {
            _evidence.Reads.Add((file, examination.Call("read", file, () => Read(file, 0), Operation.Read)));
        }

        if (files.Count > 0)
        {
            TryXattrs(files[0]);
            _evidence.DirectRead = (files[0], examination.Call("read (O_DIRECT)", files[0], () => Read(files[0], OpenFlags.Direct)));
            TryPassthrough(files[0]);
        }

        _evidence.ReadAheadKilobytes = _evidence.Mount is { } mount ? BackingDevice.ReadAhead(mount.Major, mount.Minor) : null;
    }

    private void TryStatFs()
    {
        StatFsBuffer stat = default;
        if (!examination.Call("statfs", [], () => Files.StatFs(root, out stat)).IsError)
        {
            _evidence.StatFs = stat;
        }
    }

    /// <summary>Names nobody has asked for before, so that no cache can answer.</summary>
    private void MissNames()
    {
        string unique = string.Create(CultureInfo.InvariantCulture, $".nlinkfs-check-{Environment.ProcessId}-{Environment.TickCount64}");
        for (int i = 0; i < NamesMissed; i++)
        {
            byte[] name = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{unique}-{i}"));
            _evidence.Missing = examination.Call("look up", name, () => Files.StatAt(root, name, out _), Operation.Lookup);
        }
    }

    private Errno Read(byte[] file, int flags)
    {
        Errno error = Files.OpenAt(root, file, OpenFlags.ReadOnly | OpenFlags.NoFollow | flags, out Fd fd);
        if (!error.IsError)
        {
            using NativeBuffer buffer = new(BytesRead);

            // O_DIRECT takes no second read at an odd offset, which the end of a small file would be.
            error = flags == 0 ? Files.ReadAt(fd, buffer.Span, 0, out _) : Files.Read(fd, buffer.Span, out _);
            fd.Close();
        }

        return error;
    }

    private void TryXattrs(byte[] file) => _evidence.Xattrs = examination.Call("getxattr", file, () =>
    {
        Errno error = Files.OpenAt(root, file, OpenFlags.Path | OpenFlags.NoFollow, out Fd path);
        if (error.IsError)
        {
            return (file, error, error);
        }

        // What smbd asks for with each file it opens.
        Errno get = Files.GetXattr(path, "user.DOSATTRIB"u8, [], out _);
        Errno list = Files.ListXattr(path, [], out _);
        path.Close();
        return (file, get, list);
    });

    private void TryPassthrough(byte[] file) => _evidence.DataPath = examination.Call("try passthrough", file, () =>
    {
        Errno error = Files.OpenAt(root, file, OpenFlags.Path | OpenFlags.NoFollow, out Fd path);
        if (error.IsError)
        {
            return null;
        }

        DataPath dataPath = DataPath.Try(path, "the kernel would read the files of this source itself");
        path.Close();
        return dataPath;
    });
}
