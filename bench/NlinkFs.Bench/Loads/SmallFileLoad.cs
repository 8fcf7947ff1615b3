using System.Diagnostics;
using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Bench.Loads;

/// <summary>Opens, reads to the end and closes each of many small files, as a scanner does.</summary>
internal static class SmallFileLoad
{
    private const int Largest = 8192;

    /// <summary>Goes over the files once, or again and again until the time is up.</summary>
    internal static Work Run(string root, int files, double seconds)
    {
        using OpenedDirectory directory = new(Path.Combine(root, SampleTree.SmallDirectory));
        byte[][] names = [.. SampleTree.SmallNames.Take(files).Select(Encoding.UTF8.GetBytes)];
        byte[] buffer = new byte[Largest];
        long start = Stopwatch.GetTimestamp();
        long done = 0;
        do
        {
            foreach (byte[] name in names)
            {
                ReadWhole(directory.Fd, name, buffer);
            }

            done += names.Length;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return new Work(done, 0, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static void ReadWhole(Fd directory, byte[] name, byte[] buffer)
    {
        Errno error = Files.OpenAt(directory, name, OpenFlags.ReadOnly, out Fd fd);
        int count = 1;
        while (!error.IsError && count > 0)
        {
            error = Files.Read(fd, buffer, out count);
        }

        fd.Close();
        if (error.IsError)
        {
            throw new IOException($"{Encoding.UTF8.GetString(name)}: {error}");
        }
    }
}
