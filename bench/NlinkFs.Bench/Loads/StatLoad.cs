using System.Diagnostics;
using System.Text;

namespace NlinkFs.Bench.Loads;

/// <summary>lstat of the same names over and over. Long enough runs go past the mirror's time to live, and then pay for it.</summary>
internal static class StatLoad
{
    internal static Work Run(string root, int files, double seconds)
    {
        using OpenedDirectory directory = new(Path.Combine(root, SampleTree.SmallDirectory));
        byte[][] names = [.. SampleTree.SmallNames.Take(files).Select(name => Encoding.UTF8.GetBytes($"{name}\0"))];
        long start = Stopwatch.GetTimestamp();
        long done = 0;
        do
        {
            foreach (byte[] name in names)
            {
                _ = Calls.Stat(directory.Fd, name);
            }

            done += names.Length;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return new Work(done, 0, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
