using System.Diagnostics;
using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Bench.Loads;

/// <summary>Reads files from front to back, on one or more threads that each have files of their own.</summary>
internal static class ReadLoad
{
    /// <summary>Reads up to <paramref name="bytesEach"/> of each file with calls of <paramref name="chunk"/> bytes.</summary>
    internal static Work Run(string root, IReadOnlyList<string> files, int streams, int chunk, long bytesEach = long.MaxValue)
    {
        long total = 0;
        long calls = 0;
        long start = 0;
        long[] ends = new long[streams];
        Exception? failure = null;

        // The clock starts when the last thread is ready and stops when the last is done, whenever this one gets to run.
        using Barrier ready = new(streams, _ => start = Stopwatch.GetTimestamp());
        Thread[] threads = [.. Enumerable.Range(0, streams).Select(first => new Thread(() =>
        {
            using NativeBuffer buffer = new(chunk);
            buffer.Span.Clear();
            ready.SignalAndWait();
            try
            {
                for (int i = first; i < files.Count; i += streams)
                {
                    (long bytes, long reads) = ReadFile(Path.Combine(root, files[i]), buffer.Span, bytesEach);
                    _ = Interlocked.Add(ref total, bytes);
                    _ = Interlocked.Add(ref calls, reads);
                }
            }
            catch (IOException e)
            {
                failure = e;
            }

            ends[first] = Stopwatch.GetTimestamp();
        }))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        double seconds = Stopwatch.GetElapsedTime(start, ends.Max()).TotalSeconds;
        return failure is null ? new Work(calls, total, seconds) : throw new IOException(failure.Message, failure);
    }

    private static (long Bytes, long Reads) ReadFile(string path, Span<byte> buffer, long limit)
    {
        Check(Files.OpenAt(Fd.WorkingDirectory, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly, out Fd fd), path);
        long bytes = 0;
        long reads = 0;
        int count;
        do
        {
            Errno error = Files.Read(fd, buffer, out count);
            if (error.IsError)
            {
                fd.Close();
                Check(error, path);
            }

            bytes += count;
            reads++;
        }
        while (count > 0 && bytes < limit);
        fd.Close();
        return (bytes, reads);
    }

    private static void Check(Errno error, string path)
    {
        if (error.IsError)
        {
            throw new IOException($"{path}: {error}");
        }
    }
}
