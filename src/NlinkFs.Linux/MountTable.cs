using System.Globalization;
using System.Text;

namespace NlinkFs.Linux;

/// <summary>One line of /proc/self/mountinfo (proc(5)); paths are bytes with the kernel's octal escapes undone.</summary>
/// <param name="Id">Mount id.</param>
/// <param name="ParentId">Id of the mount it sits on.</param>
/// <param name="Major">Device major of the superblock.</param>
/// <param name="Minor">Device minor; names the connection in /sys/fs/fuse/connections for FUSE.</param>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="Options">Per-mount options, such as "ro,nosuid".</param>
/// <param name="Type">File system type with its subtype, such as fuse.nlinkfs.</param>
/// <param name="Source">What is mounted, fsname for FUSE.</param>
/// <param name="SuperOptions">Per-superblock options.</param>
public sealed record MountEntry(
    int Id, int ParentId, uint Major, uint Minor, byte[] MountPoint, string Options, string Type, byte[] Source, string SuperOptions)
{
    /// <summary>How it propagates: "shared:1 master:2", empty for a private mount.</summary>
    public string Propagation { get; init; } = "";
}

/// <summary>The mounts this process sees, read from /proc/self/mountinfo, which never asks a file system and so never hangs.</summary>
public static class MountTable
{
    /// <summary>All mounts in the kernel's order: of two on one path the later is on top.</summary>
    public static IReadOnlyList<MountEntry> Read()
    {
        List<MountEntry> entries = [];
        ReadOnlySpan<byte> rest = ReadAll("/proc/self/mountinfo"u8);
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (Parse(line) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    /// <summary>The topmost mount whose mount point is exactly <paramref name="path"/>, or null.</summary>
    public static MountEntry? TopAt(ReadOnlySpan<byte> path)
    {
        MountEntry? top = null;
        foreach (MountEntry entry in Read())
        {
            if (path.SequenceEqual(entry.MountPoint))
            {
                top = entry;
            }
        }

        return top;
    }

    /// <summary>The mount that holds a path, going by names: of the longest mount points above it, the topmost one that fits.</summary>
    /// <param name="path">Absolute, links resolved.</param>
    /// <param name="fits">Which mounts count.</param>
    public static MountEntry? Holding(ReadOnlySpan<byte> path, Predicate<MountEntry> fits)
    {
        MountEntry? holder = null;
        foreach (MountEntry entry in Read())
        {
            if (IsAtOrBelow(path, entry.MountPoint) && entry.MountPoint.Length >= (holder?.MountPoint.Length ?? 0) && fits(entry))
            {
                holder = entry;
            }
        }

        return holder;
    }

    /// <summary>Whether an absolute path is <paramref name="ancestor"/> or lies below it, by name.</summary>
    public static bool IsAtOrBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> ancestor) =>
        path.StartsWith(ancestor) && (ancestor is [(byte)'/'] || path.Length == ancestor.Length || path[ancestor.Length] == '/');

    /// <summary>Reads one line; null for one that is not of the documented form.</summary>
    public static MountEntry? Parse(ReadOnlySpan<byte> line)
    {
        // 36 35 98:0 /root /mount/point rw,noatime master:1 - ext3 /dev/root rw,errors=continue
        List<byte[]> fields = [];
        foreach (Range range in line.Split((byte)' '))
        {
            fields.Add(line[range].ToArray());
        }

        int separator = fields.FindIndex(6 <= fields.Count ? 6 : 0, field => field.AsSpan().SequenceEqual("-"u8));
        if (separator < 6 || fields.Count < separator + 4)
        {
            return null;
        }

        string[] device = Encoding.ASCII.GetString(fields[2]).Split(':');
        return device.Length == 2
            && int.TryParse(fields[0], CultureInfo.InvariantCulture, out int id)
            && int.TryParse(fields[1], CultureInfo.InvariantCulture, out int parent)
            && uint.TryParse(device[0], CultureInfo.InvariantCulture, out uint major)
            && uint.TryParse(device[1], CultureInfo.InvariantCulture, out uint minor)
            ? new MountEntry(
                id,
                parent,
                major,
                minor,
                Unescape(fields[4]),
                Encoding.UTF8.GetString(fields[5]),
                Encoding.UTF8.GetString(fields[separator + 1]),
                Unescape(fields[separator + 2]),
                Encoding.UTF8.GetString(fields[separator + 3]))
            {
                Propagation = Encoding.ASCII.GetString([.. fields[6..separator].SelectMany((field, index) => index == 0 ? field : [(byte)' ', .. field])]),
            }
            : null;
    }

    /// <summary>The whole of a /proc file; empty when it cannot be read.</summary>
    internal static byte[] ReadAll(ReadOnlySpan<byte> path)
    {
        if (Files.OpenAt(Fd.WorkingDirectory, path, OpenFlags.ReadOnly, out Fd fd).IsError)
        {
            return [];
        }

        byte[] buffer = new byte[16384];
        int length = 0;
        while (!Files.Read(fd, buffer.AsSpan(length), out int count).IsError && count > 0)
        {
            length += count;
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        fd.Close();
        return buffer[..length];
    }

    private static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        byte[] result = new byte[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length)
            {
                result[length++] = (byte)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0'));
                i += 3;
            }
            else
            {
                result[length++] = text[i];
            }
        }

        return result[..length];
    }
}
