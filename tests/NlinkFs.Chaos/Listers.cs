using System.Text;
using NlinkFs.Linux;
using NlinkFs.Testing;

namespace NlinkFs.Chaos;

/// <summary>Lists directories, newly opened and held open, and knows what has to be in them.</summary>
internal sealed class Lister(Scene scene, int number) : Client(scene, number)
{
    private readonly Dictionary<string, Fd> _held = new(StringComparer.Ordinal);

    protected override void Use()
    {
        foreach (string directory in Scene.Library.Directories)
        {
            if (Stopping)
            {
                return;
            }

            if (Random.Next(4) == 0)
            {
                ListHeld(directory);
            }
            else if (Open(directory) is { IsOpen: true } fd)
            {
                _ = Listing.Check(Scene, fd, directory);
                fd.Close();
            }

            Pause();
        }
    }

    protected override void Leave()
    {
        foreach (Fd fd in _held.Values)
        {
            fd.Close();
        }
    }

    private void ListHeld(string directory)
    {
        if (!_held.TryGetValue(directory, out Fd fd))
        {
            fd = Open(directory);
            if (!fd.IsOpen)
            {
                return;
            }

            _held.Add(directory, fd);
        }

        _ = Files.Seek(fd, 0, whence: 0, out _);
        _ = Listing.Check(Scene, fd, directory);
    }

    private Fd Open(string directory) => Listing.Open(Scene, directory);
}

/// <summary>Walks the tree and looks at the attributes of all there is.</summary>
internal sealed class Walker(Scene scene, int number) : Client(scene, number)
{
    /// <summary>The mirror's time to live for attributes, and what a busy machine adds.</summary>
    private static readonly TimeSpan s_timeToLive = TimeSpan.FromSeconds(1.5);

    protected override void Use() => Walk("");

    private void Walk(string directory)
    {
        Fd fd = Listing.Open(Scene, directory);
        if (!fd.IsOpen)
        {
            return;
        }

        List<Entry> entries = Listing.Check(Scene, fd, directory);
        fd.Close();
        Pause();
        foreach (Entry entry in entries)
        {
            if (Stopping)
            {
                return;
            }

            string path = directory.Length == 0 ? entry.Name : $"{directory}/{entry.Name}";
            if (entry.Name is not ("." or "..") && Stat(path) == FileType.Directory)
            {
                Walk(path);
            }
        }
    }

    private FileType Stat(string path)
    {
        TimeSpan start = Scene.Timeline.Now;
        Errno error = Files.StatAt(Fd.WorkingDirectory, Scene.PathOf(path), out StatxBuffer stat);
        Scene.Tally.AddCall(start, $"stat {path}");
        Scene.Tally.AddStat();
        if (error.IsError)
        {
            Scene.Blame(error, $"stat {path}");
            return default;
        }

        TimeSpan told = start > s_timeToLive ? start - s_timeToLive : TimeSpan.Zero;
        LibraryFile? file = Scene.Library.Find(path);
        bool isRight = file is null
            ? stat.Type == FileType.Directory && stat.Nlink == 2
            : stat.Type == FileType.Regular && stat.Nlink == 1
                && Scene.Timeline.Served(told, Scene.Timeline.Now).Any(edition => (ulong)file.SizeIn(edition) == stat.Size);
        if (!isRight)
        {
            Scene.Tally.Add(Finding.WrongAttributes, $"stat {path}: {stat.Type} of {stat.Size} bytes with {stat.Nlink} links");
        }

        return stat.Type;
    }
}

/// <summary>One listing and what is right about it.</summary>
internal static class Listing
{
    private const int BufferSize = 4096;
    private static readonly string[] s_dots = [".", ".."];

    /// <summary>Opens a directory; no descriptor when that failed, which is never right.</summary>
    internal static Fd Open(Scene scene, string directory)
    {
        TimeSpan start = scene.Timeline.Now;
        Errno error = Files.OpenAt(Fd.WorkingDirectory, scene.PathOf(directory), OpenFlags.Directory, out Fd fd);
        scene.Tally.AddCall(start, $"opendir /{directory}");
        if (error.IsError)
        {
            scene.Blame(error, $"opendir /{directory}");
            return Fd.None;
        }

        return fd;
    }

    /// <summary>Reads a directory to its end and compares; what was listed.</summary>
    internal static List<Entry> Check(Scene scene, Fd fd, string directory)
    {
        List<Entry> entries = [];
        TimeSpan start = scene.Timeline.Now;
        Errno error;
        while (!(error = Look.ReadSome(fd, BufferSize, entries, out int length)).IsError && length > 0)
        {
        }

        scene.Tally.AddCall(start, $"readdir /{directory}");
        scene.Tally.AddListing();
        if (error.IsError)
        {
            scene.Blame(error, $"readdir /{directory}");
            return entries;
        }

        HashSet<string> names = [.. entries.Select(entry => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(entry.Name)))];
        names.ExceptWith(s_dots);
        IReadOnlySet<string> expected = scene.Library.NamesIn(directory);
        if (!expected.SetEquals(names) || entries.Count != names.Count + s_dots.Length)
        {
            string strange = string.Join(", ", names.Except(expected).Take(3));
            scene.Tally.Add(
                Finding.WrongListing,
                $"readdir /{directory}: {names.Count} of {expected.Count} names in {entries.Count} entries{(strange.Length > 0 ? $", strange: {strange}" : "")}");
        }

        return entries;
    }
}
