using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Chaos;

/// <summary>What the mirror's daemon holds.</summary>
/// <param name="Descriptors">All of them.</param>
/// <param name="Threads">All of them.</param>
/// <param name="Files">Descriptors of the source's files, which nobody should have open.</param>
/// <param name="Outdated">Descriptors of anything in a source that is gone.</param>
internal sealed record Footprint(int Descriptors, int Threads, int Files, IReadOnlyList<string> Outdated)
{
    /// <summary>The mirror keeps so many idle workers, of which at first not all may have been started.</summary>
    private const int IdleWorkers = 8;

    /// <summary>A worker that has read has two pipes.</summary>
    private const int DescriptorsEach = 4;

    /// <summary>What it may hold later, if it holds this now and leaks nothing.</summary>
    internal int MostDescriptors => Descriptors + (IdleWorkers * DescriptorsEach);

    /// <summary>As <see cref="MostDescriptors"/>.</summary>
    internal int MostThreads => Threads + IdleWorkers;

    /// <summary>Whether it is no more than an earlier one grows to.</summary>
    internal bool IsAbout(Footprint before) => Descriptors <= before.MostDescriptors && Threads <= before.MostThreads;

    /// <summary>What a process holds that is no more.</summary>
    internal static Footprint None { get; } = new(0, 0, 0, []);

    /// <summary>
    /// Looks at a process. A descriptor belongs to a source when its device number does; those are given out again only when the
    /// file system that had one is gone for good, so nothing holds it any more.
    /// </summary>
    internal static Footprint Of(int pid, IReadOnlyList<ulong> devices)
    {
        string[] descriptors = Directory.GetFiles($"/proc/{pid}/fd");
        int files = 0;
        List<string> outdated = [];
        foreach (string descriptor in descriptors)
        {
            // Without asking the file system, which may be dead.
            if (NlinkFs.Linux.Files.OpenAt(Fd.WorkingDirectory, Encoding.UTF8.GetBytes(descriptor), OpenFlags.Path, out Fd fd).IsError)
            {
                continue;
            }

            if (!NlinkFs.Linux.Files.Stat(fd, out StatxBuffer stat, StatSync.CachedOnly).IsError)
            {
                files += stat.Type == FileType.Regular && stat.Dev == devices[^1] ? 1 : 0;
                if (stat.Dev != devices[^1] && devices.Contains(stat.Dev))
                {
                    outdated.Add(Describe(descriptor));
                }
            }

            fd.Close();
        }

        return new Footprint(descriptors.Length, Directory.GetDirectories($"/proc/{pid}/task").Length, files, outdated);
    }

    private static string Describe(string descriptor) =>
        $"{Path.GetFileName(descriptor)} -> {new FileInfo(descriptor).LinkTarget}";
}
