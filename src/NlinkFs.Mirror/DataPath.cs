using NlinkFs.Linux;
using NlinkFs.Server;

namespace NlinkFs.Mirror;

/// <summary>Who reads the source's files.</summary>
public enum IoMode
{
    /// <summary>Passthrough where the source cannot go away by itself, proxy where it can.</summary>
    Auto,

    /// <summary>The kernel: at the source's speed; an open file dies with its source.</summary>
    Passthrough,

    /// <summary>The daemon.</summary>
    Proxy,
}

/// <summary>The data path of a mirror and why it is that one.</summary>
/// <param name="IsPassthrough">Whether the kernel is to read the files.</param>
/// <param name="StackDepth">For passthrough: how deep the source is stacked, and one more.</param>
/// <param name="Reason">For people.</param>
public sealed record DataPath(bool IsPassthrough, uint StackDepth, string Reason)
{
    private const int SearchedEntries = 256;
    private const int SearchedDepth = 3;

    /// <summary>Decides, before mounting.</summary>
    /// <param name="mode">What is asked for.</param>
    /// <param name="source">The source; null when it does not answer yet.</param>
    internal static DataPath Choose(IoMode mode, SourceTree? source) => (mode, source) switch
    {
        (IoMode.Proxy, _) => new DataPath(false, 0, "asked for"),
        (_, null) => new DataPath(false, 0, "the source does not answer yet, so that passthrough cannot be tried"),
        (IoMode.Auto, { FileSystemType: string type }) when SourceTree.IsFuse(type) =>
            new DataPath(false, 0, $"the source is a {type} mount, which may restart; open files can outlive it only this way"),
        (IoMode.Auto, _) => Probe(source.Root, $"the source is {source.FileSystemType}, which does not go away by itself"),
        _ => Probe(source.Root, "asked for"),
    };

    private static DataPath Probe(Fd root, string reason)
    {
        int budget = SearchedEntries;
        if (!TryFindFile(root, SearchedDepth, ref budget, out Fd file))
        {
            // Nothing to try it with: 2 suits every source there can be, and costs only those who stack overlayfs on the mirror.
            return new DataPath(true, 2, $"{reason} (no file found to try it with)");
        }

        DataPath path = Try(file, reason);
        file.Close();
        return path;
    }

    /// <summary>What the kernel says to reading a file itself.</summary>
    /// <param name="file">A regular file of the source; O_PATH is enough.</param>
    /// <param name="reason">Why it is passthrough, if it can be.</param>
    public static DataPath Try(Fd file, string reason)
    {
        Errno error = PassthroughProbe.Try(file, 1);
        bool deeper = error == Errno.ELOOP;
        error = deeper ? PassthroughProbe.Try(file, 2) : error;
        return error.IsError
            ? new DataPath(false, 0, $"passthrough is not to be had: {Explain(error)}")
            : new DataPath(true, deeper ? 2u : 1u, reason);
    }

    private static string Explain(Errno error) => error.Value switch
    {
        1 => "it needs CAP_SYS_ADMIN in the initial user namespace (EPERM)",
        38 or 25 => "it needs Linux 6.9 (ENOSYS)",
        40 => "the source is stacked too deep (ELOOP)",
        _ => error.ToString(),
    };

    /// <summary>Finds some regular file near the root, without looking far.</summary>
    private static bool TryFindFile(Fd directory, int depth, ref int budget, out Fd file)
    {
        file = Fd.None;
        if (depth == 0 || Files.OpenAt(directory, "."u8, OpenFlags.ReadOnly | OpenFlags.Directory, out Fd fd).IsError)
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[4096];
        _ = Files.ReadDirectory(fd, buffer, out int length);
        foreach (DirectoryRecord record in new DirectoryRecords(buffer[..length]))
        {
            if (budget-- <= 0 || file.IsOpen)
            {
                break;
            }

            if (record.Name.SequenceEqual("."u8) || record.Name.SequenceEqual(".."u8)
                || record.Type is not (FileType.Regular or FileType.Directory or FileType.Unknown)
                || Files.OpenAt(fd, record.Name, OpenFlags.Path | OpenFlags.NoFollow, out Fd entry).IsError)
            {
                continue;
            }

            FileType type = Files.Stat(entry, out StatxBuffer stat).IsError ? FileType.Unknown : stat.Type;
            if (type == FileType.Regular)
            {
                file = entry;
            }
            else
            {
                _ = type == FileType.Directory && TryFindFile(entry, depth - 1, ref budget, out file);
                entry.Close();
            }
        }

        fd.Close();
        return file.IsOpen;
    }
}
