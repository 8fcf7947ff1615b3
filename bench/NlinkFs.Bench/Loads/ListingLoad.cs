using System.Diagnostics;
using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Bench.Loads;

/// <summary>What ls -lR asks of a file system: each directory read to its end, then lstat of each entry, then the directories found.</summary>
internal static class ListingLoad
{
    // As glibc's readdir(3).
    private const int ReadSize = 1 << 15;

    /// <summary>Lists the tree once, or again and again until the time is up.</summary>
    internal static Work Run(string root, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        long done = 0;
        do
        {
            long entries = List(Path.Combine(root, SampleTree.ListDirectory));
            done += entries == SampleTree.ListedEntries
                ? entries
                : throw new IOException($"{root}: {entries} entries listed of {SampleTree.ListedEntries}");
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return new Work(done, 0, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static long List(string path)
    {
        List<string> below = [];
        long entries = 0;
        using (OpenedDirectory directory = new(path))
        {
            foreach (byte[] name in NamesIn(directory.Fd, path))
            {
                entries++;
                if (Calls.Stat(directory.Fd, name) == FileType.Directory)
                {
                    below.Add(Path.Combine(path, Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1))));
                }
            }
        }

        return entries + below.Sum(List);
    }

    private static List<byte[]> NamesIn(Fd directory, string path)
    {
        List<byte[]> names = [];
        Span<byte> buffer = stackalloc byte[ReadSize];
        int length;
        do
        {
            Errno error = Files.ReadDirectory(directory, buffer, out length);
            if (error.IsError)
            {
                throw new IOException($"{path}: {error}");
            }

            foreach (DirectoryRecord record in new DirectoryRecords(buffer[..length]))
            {
                if (!record.Name.SequenceEqual("."u8) && !record.Name.SequenceEqual(".."u8))
                {
                    names.Add([.. record.Name, 0]);
                }
            }
        }
        while (length > 0);
        return names;
    }
}
