using System.Globalization;
using NlinkFs.Testing;

namespace NlinkFs.Bench;

/// <summary>
/// The tree every source has: data files of one size, a directory of many small files, and directories to list. Made on disk for
/// the local source, and described to the test source, which computes the same bytes.
/// </summary>
internal sealed class SampleTree(long fileSize)
{
    internal const int DataFileCount = 16;
    internal const int SmallFileCount = 1000;
    internal const int DirectoryCount = 20;
    internal const int EntriesEach = 50;
    internal const string SmallDirectory = "small";
    internal const string ListDirectory = "list";

    /// <summary>Entries below <see cref="ListDirectory"/>.</summary>
    internal const int ListedEntries = DirectoryCount * (EntriesEach + 1);

    /// <summary>Bytes in one data file.</summary>
    internal long FileSize => fileSize;

    /// <summary>The data files, below the root.</summary>
    internal static IReadOnlyList<string> DataFiles { get; } =
        [.. Enumerable.Range(0, DataFileCount).Select(i => string.Create(CultureInfo.InvariantCulture, $"data/d{i:00}.bin"))];

    /// <summary>The small files, below <see cref="SmallDirectory"/>.</summary>
    internal static IReadOnlyList<string> SmallNames { get; } = [.. Enumerable.Range(0, SmallFileCount).Select(NameOf)];

    private static IEnumerable<string> Directories { get; } =
        Enumerable.Range(0, DirectoryCount).Select(i => string.Create(CultureInfo.InvariantCulture, $"{ListDirectory}/d{i:00}"));

    /// <summary>The tree as options of the test source.</summary>
    internal IEnumerable<string> Options =>
    [
        .. DataFiles.SelectMany(path => new[] { "--file", string.Create(CultureInfo.InvariantCulture, $"{path}={fileSize}") }),
        "--wide", $"{SmallDirectory}={SmallFileCount}",
        .. Directories.SelectMany(path => new[] { "--wide", $"{path}={EntriesEach}" }),
    ];

    /// <summary>Makes the tree on disk.</summary>
    internal void Create(string root)
    {
        foreach (string path in DataFiles)
        {
            Write(root, path, fileSize);
        }

        CreateWide(root, SmallDirectory, SmallFileCount);
        foreach (string path in Directories)
        {
            CreateWide(root, path, EntriesEach);
        }
    }

    private static void CreateWide(string root, string directory, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Write(root, $"{directory}/{NameOf(i)}", SizeOf(i));
        }
    }

    private static void Write(string root, string path, long size)
    {
        string full = Path.Combine(root, path);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        using FileStream file = File.Create(full);
        byte[] buffer = new byte[Math.Min(size, 1 << 20)];
        for (long at = 0; at < size; at += buffer.Length)
        {
            int length = (int)Math.Min(buffer.Length, size - at);
            Content.Fill(Content.KeyOf(path), at, buffer.AsSpan(0, length));
            file.Write(buffer, 0, length);
        }
    }

    // As the test source names and sizes the files of a wide directory.
    private static string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"f{index:000000}.bin");

    private static long SizeOf(int index) => (long)index * 37 % 5000;
}
