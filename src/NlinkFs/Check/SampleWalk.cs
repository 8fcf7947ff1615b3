using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Check;

/// <summary>
/// The walk all checks share: some names of some directories, level by level, bounded by entries, depth and time; each is looked at twice,
/// so far apart that the kernel has forgotten the first answer. Only reads.
/// </summary>
internal sealed class SampleWalk(Examination examination)
{
    private const int MaxEntries = 1000;
    private const int MaxDirectories = 100;
    private const int MaxDepth = 8;
    private const int MaxEntriesOfOne = 100;
    private const int MaxListed = 5000;

    /// <summary>The share of the time that the first look at all of it may take.</summary>
    private const double FirstShare = 0.4;

    private readonly Evidence _evidence = examination.Evidence;
    private readonly byte[] _buffer = new byte[1 << 15];

    internal void Run()
    {
        Fd root = OpenRoot();
        SampledEntry entry = new([]);
        _evidence.Entries.Add(entry);
        entry.First = LookAt(root, entry);
        if (entry.First.Error.IsError)
        {
            return;
        }

        ulong device = entry.First.Attributes.Dev;
        Walk(root, device);
        new Trials(examination, root).Run();
        examination.Sleep(_evidence.Apart);
        foreach (SampledDirectory directory in _evidence.Directories.Where(directory => !directory.IsCut))
        {
            _ = List(root, directory);
        }

        foreach (SampledEntry sampled in _evidence.Entries)
        {
            sampled.Second = LookAt(root, sampled);
        }

        _ = examination.Call("close", [], () => Close(root));
    }

    internal static bool Close(Fd fd)
    {
        fd.Close();
        return true;
    }

    private Fd OpenRoot()
    {
        byte[] typed = _evidence.Path;
        Fd root = Fd.None;
        Errno error = examination.Call("open", [], () => Files.OpenAt(Fd.WorkingDirectory, typed, OpenFlags.Path, out root));
        if (error.IsError)
        {
            throw new CommandException($"{Printable.Escape(typed)}: {error}", ExitCode.Usage, error == Errno.ENOENT ? "is it mounted, and the path right?" : null);
        }

        // Neither asks the file system.
        _ = Files.Stat(root, out StatxBuffer stat, StatSync.CachedOnly, StatxMask.WithoutBirth);
        if (stat.Type is not (FileType.Directory or FileType.Unknown))
        {
            throw new CommandException($"{Printable.Escape(typed)} is not a directory", ExitCode.Usage);
        }

        if (!Files.PathOf(root, out byte[] resolved).IsError)
        {
            _evidence.Path = resolved;
        }

        _evidence.Mounts = MountTable.Read();
        _evidence.Mount = _evidence.Mounts.FirstOrDefault(mount => (ulong)mount.Id == stat.MountId) ?? MountTable.Holding(_evidence.Path, _ => true);
        return root;
    }

    private void Walk(Fd root, ulong device)
    {
        TimeSpan until = examination.Limit * FirstShare;
        Queue<(byte[] Path, int Depth)> queue = new([([], 0)]);
        while (queue.TryDequeue(out (byte[] Path, int Depth) next) && _evidence.Directories.Count < MaxDirectories && examination.Elapsed < until)
        {
            SampledDirectory directory = new(next.Path);
            List<SampledEntry> found = List(root, directory);
            if (!directory.IsCut)
            {
                _ = List(root, directory);
            }

            foreach (SampledEntry entry in found.Where(entry => !IsMountPoint(entry)).DistinctBy(entry => Encoding.Latin1.GetString(entry.Name)).Take(MaxEntriesOfOne).Take(MaxEntries - _evidence.Entries.Count).TakeWhile(_ => examination.Elapsed < until))
            {
                _evidence.Entries.Add(entry);
                entry.First = LookAt(root, entry);
                if (entry.Type == FileType.Directory && entry.First.Attributes.Dev == device && next.Depth < MaxDepth)
                {
                    queue.Enqueue((entry.Path, next.Depth + 1));
                }
            }
        }
    }

    /// <summary>Other mounts are left alone: by the mount table, since the one that hangs may be among them.</summary>
    private bool IsMountPoint(SampledEntry entry)
    {
        byte[] path = [.. _evidence.Path is [(byte)'/'] ? [] : _evidence.Path, (byte)'/', .. entry.Path];
        return _evidence.Mounts.Any(mount => mount.MountPoint.AsSpan().SequenceEqual(path));
    }

    /// <summary>LOOKUP's answer first: asking for attributes overwrites it in the kernel.</summary>
    private Look LookAt(Fd root, SampledEntry entry)
    {
        StatxBuffer attributes = default;
        (Errno error, StatxBuffer lookup) = examination.Call("look up", entry.Path, () => (Stat(root, entry, StatSync.CachedOnly, out StatxBuffer stat), stat));
        if (!error.IsError)
        {
            (error, attributes) = examination.Call("stat", entry.Path, () => (Stat(root, entry, StatSync.Force, out StatxBuffer stat), stat), Operation.GetAttr);
        }

        return new Look(error, lookup, attributes);
    }

    private static Errno Stat(Fd root, SampledEntry entry, StatSync sync, out StatxBuffer stat) => entry.IsRoot
        ? Files.Stat(root, out stat, sync, StatxMask.WithoutBirth)
        : Files.StatAt(root, entry.Path, out stat, sync, StatxMask.WithoutBirth);

    /// <summary>Lists a directory once more. An error goes to the evidence, and counts as an end.</summary>
    private List<SampledEntry> List(Fd root, SampledDirectory directory)
    {
        (Errno error, List<SampledEntry> entries) = examination.Call("list", directory.Path, () => Read(root, directory), Operation.List);
        if (error.IsError)
        {
            _evidence.UnlistedDirectories.Add((directory.Path, error));
            return [];
        }

        if (directory.Listings.Count == 0)
        {
            _evidence.Directories.Add(directory);
        }

        directory.IsCut = entries.Count >= MaxListed;
        directory.Listings.Add([.. entries.Select(entry => Encoding.Latin1.GetString(entry.Name))]);
        return entries;
    }

    private (Errno Error, List<SampledEntry> Entries) Read(Fd root, SampledDirectory directory)
    {
        List<SampledEntry> entries = [];
        ReadOnlySpan<byte> path = directory.Path.Length == 0 ? "."u8 : directory.Path;
        Errno error = Files.OpenAt(root, path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out Fd fd);
        int length = 1;
        while (!error.IsError && length > 0 && entries.Count < MaxListed)
        {
            error = Files.ReadDirectory(fd, _buffer, out length);
            foreach (DirectoryRecord record in new DirectoryRecords(_buffer.AsSpan(0, length)))
            {
                if (!record.Name.SequenceEqual("."u8) && !record.Name.SequenceEqual(".."u8))
                {
                    entries.Add(new SampledEntry(Join(directory.Path, record.Name)) { ListedIno = record.Ino, ListedType = record.Type });
                }
            }
        }

        fd.Close();
        return (error, entries);
    }

    internal static byte[] Join(byte[] directory, ReadOnlySpan<byte> name) => directory.Length == 0 ? name.ToArray() : [.. directory, (byte)'/', .. name];
}
