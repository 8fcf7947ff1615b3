using System.Diagnostics;
using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Bench.Loads;

/// <summary>
/// Reads blocks at random places of a set of files, no block twice, so that what the layer itself cached plays no part. The order
/// is the same in every run.
/// </summary>
internal static class RandomLoad
{
    internal static Work Run(string root, IReadOnlyList<string> files, long fileSize, int block, int most, double seconds)
    {
        Fd[] fds = [.. files.Select(file => Open(Path.Combine(root, file)))];
        try
        {
            using NativeBuffer buffer = new(block);
            buffer.Span.Clear();
            int perFile = (int)(fileSize / block);
            int[] order = Shuffled(perFile * files.Count);
            long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
            long start = Stopwatch.GetTimestamp();
            long bytes = 0;
            int done = 0;
            while (done < Math.Min(order.Length, most) && Stopwatch.GetTimestamp() < end)
            {
                (int file, int index) = Math.DivRem(order[done++], perFile);
                Errno error = Files.ReadAt(fds[file], buffer.Span, (long)index * block, out int count);
                bytes += count == block ? count : throw new IOException($"{files[file]}: {error}, {count} bytes of {block}");
            }

            return new Work(done, bytes, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        finally
        {
            Array.ForEach(fds, fd => fd.Close());
        }
    }

    private static Fd Open(string path)
    {
        Errno error = Files.OpenAt(Fd.WorkingDirectory, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly, out Fd fd);
        return error.IsError ? throw new IOException($"{path}: {error}") : fd;
    }

    private static int[] Shuffled(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(1).Shuffle(order);
        return order;
    }
}
