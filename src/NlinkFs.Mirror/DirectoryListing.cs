using System.Diagnostics;
using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>
/// One open directory: a snapshot that is filled as it is read, so that an offset keeps its meaning, however the source counts and
/// whatever is added or removed meanwhile. Offset n continues after the n-th entry.
/// </summary>
internal sealed class DirectoryListing : IDisposable
{
    /// <summary>
    /// The first read is small: the source's kernel side asks for attributes along with it (READDIRPLUS), and some servers look up each
    /// entry one after the other for that.
    /// </summary>
    private const int FirstReadSize = 1 << 12;

    /// <summary>Bytes a read takes.</summary>
    internal const int ReadSize = 1 << 15;

    /// <summary>For a read that takes as long as it takes.</summary>
    internal const long NoLimit = long.MaxValue / 2;

    /// <summary>More than this an entry, and the source does not give attributes with a listing at the price of one call.</summary>
    private const double DearMicroseconds = 150;

    private readonly Lock _ownership = new();
    private SourceFile? _file; // guarded by _ownership

    /// <summary>Takes over an open directory.</summary>
    internal DirectoryListing(SourceFile file) => (_file, Snapshot) = (file, new DirectorySnapshot());

    /// <summary>Shows what somebody else has read.</summary>
    internal DirectoryListing(DirectorySnapshot snapshot) => Snapshot = snapshot;

    /// <summary>Held by whoever reads from here.</summary>
    internal Lock Lock { get; } = new();

    /// <summary>The entries read so far.</summary>
    internal DirectorySnapshot Snapshot { get; private set; }

    /// <summary>Whether the directory has to be opened again before more can be read.</summary>
    internal bool IsCutOff => _file is null && !Snapshot.IsComplete;

    /// <summary>Whether the kernel has read from it.</summary>
    internal bool HasBeenRead { get; set; }

    /// <summary>Whether the source takes its time for each single entry it lists.</summary>
    internal bool IsDear { get; private set; }

    /// <summary>Begins anew with a directory opened again, as rewinddir(3) asks for.</summary>
    internal void Restart(SourceFile file)
    {
        Replace(file);
        Snapshot = new DirectorySnapshot();
    }

    /// <summary>Goes on with a directory opened again after its source was lost: what has been read stays, and only the rest is added.</summary>
    internal void Resume(SourceFile file)
    {
        Replace(file);
        Snapshot.SkipKnown();
    }

    /// <summary>Lets go of the source; reads under way keep it until they end.</summary>
    internal void LetGo(int generation)
    {
        lock (_ownership)
        {
            if (_file?.Generation <= generation)
            {
                Dispose();
            }
        }
    }

    /// <summary>The entry at an index, reading more of the source as needed. False at the end, or with an error.</summary>
    /// <param name="index">Which entry.</param>
    /// <param name="buffer">Scratch memory for reading.</param>
    /// <param name="pace">Told how long reading took.</param>
    /// <param name="entry">The entry; its name stays valid.</param>
    /// <param name="error">What the source failed with.</param>
    internal bool TryGet(ulong index, scoped Span<byte> buffer, SourcePace pace, out DirectoryRecord entry, out Errno error)
    {
        error = Errno.None;
        while (index >= (ulong)Snapshot.Count && !Snapshot.IsComplete && !error.IsError)
        {
            error = ReadSome(buffer, pace);
        }

        bool found = index < (ulong)Snapshot.Count;
        entry = found ? Snapshot[(int)index] : default;
        return found;
    }

    /// <summary>Reads on, up to so many entries or for so long, so that they can be asked about all at once, and errors show in time.</summary>
    /// <param name="count">How many entries are enough.</param>
    /// <param name="milliseconds">When to stop, short of the end.</param>
    /// <param name="buffer">Scratch memory for reading.</param>
    /// <param name="pace">Told how long reading took.</param>
    /// <returns>What the source failed with.</returns>
    internal Errno ReadUpTo(int count, long milliseconds, scoped Span<byte> buffer, SourcePace pace)
    {
        long end = Environment.TickCount64 + milliseconds;
        while (Snapshot.Count < count && !Snapshot.IsComplete)
        {
            int before = Snapshot.Count;
            Errno error = ReadSome(buffer, pace);
            if (error.IsError || Environment.TickCount64 > end)
            {
                return error;
            }

            if (!IsDear && before < Snapshot.Count)
            {
                AskAbout(before);
            }
        }

        return Errno.None;
    }

    public void Dispose() => Replace(null);

    private void Replace(SourceFile? file)
    {
        lock (_ownership)
        {
            _file?.EndUse();
            _file = file;
        }
    }

    private SourceFile? UseFile()
    {
        lock (_ownership)
        {
            return _file?.Use();
        }
    }

    /// <summary>Somebody who asks for attributes keeps the source's kernel side sending them along (fuse_advise_use_readdirplus).</summary>
    private void AskAbout(int index)
    {
        if (UseFile() is { } file)
        {
            _ = Files.StatAt(file.Fd, Snapshot[index].Name, out _, StatSync.AsNeeded, StatxMask.WithoutBirth);
            file.EndUse();
        }
    }

    private Errno ReadSome(Span<byte> buffer, SourcePace pace)
    {
        int before = Snapshot.Count;
        int size = Math.Min(buffer.Length, before == 0 ? FirstReadSize : ReadSize);
        long start = Stopwatch.GetTimestamp();
        if (UseFile() is not { } file)
        {
            return Errno.ENOTCONN;
        }

        Errno error = Files.ReadDirectory(file.Fd, buffer[..size], out int length);
        file.EndUse();
        if (!error.IsError)
        {
            Snapshot.Append(buffer[..length]);
        }

        int entries = Snapshot.Count - before;
        _ = pace.Note(start, entries, out double microseconds);
        IsDear |= microseconds > DearMicroseconds * Math.Max(8, entries);

        return error;
    }
}
