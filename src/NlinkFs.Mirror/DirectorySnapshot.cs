using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>
/// The entries of a directory as one reader found them, without "." and "..". Grows while it is read, by that reader alone; once complete
/// it does not change and may be shared. Attributes that were fetched ahead wait here to be taken.
/// </summary>
internal sealed class DirectorySnapshot
{
    private const int NotFound = -1;
    private const int ChunkEntries = 256;
    private const int FirstNamesChunk = 1 << 10;
    private const int NamesChunk = 1 << 14;

    /// <summary>Lookups this close to each other, in order, are somebody walking the directory.</summary>
    private const int WalkStep = 8;

    private readonly Dictionary<int, Fetch> _fetches = []; // guarded by itself
    private readonly List<Entry[]> _entries = [];
    private readonly List<byte[]> _names = [];
    private int _namesLeft;
    private HashSet<string>? _known; // each byte of a name as a character
    private Dictionary<int, int>? _index; // by hash; guarded by _fetches
    private int _lastWalked = NotFound; // guarded by _fetches
    private int _fetchedTo; // guarded by _fetches
    private int _takenTo; // guarded by _fetches

    /// <summary>When its reading began, <see cref="Environment.TickCount64"/>.</summary>
    internal long BegunAt { get; } = Environment.TickCount64;

    /// <summary>Entries so far.</summary>
    internal int Count { get; private set; }

    /// <summary>Whether these are all.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>Whether the kernel has been told.</summary>
    internal bool IsShown { get; set; }

    /// <summary>An entry; its name stays valid.</summary>
    internal DirectoryRecord this[int index]
    {
        get
        {
            Entry found = _entries[index / ChunkEntries][index % ChunkEntries];
            ReadOnlySpan<byte> name = _names[found.NameChunk].AsSpan(found.NameStart, found.NameLength);
            return new DirectoryRecord { Ino = found.Ino, Type = found.Type, Name = name };
        }
    }

    /// <summary>Keeps the entries of one getdents64(2), of which none are the end.</summary>
    internal void Append(ReadOnlySpan<byte> records)
    {
        IsComplete = records.IsEmpty;
        foreach (DirectoryRecord record in new DirectoryRecords(records))
        {
            ReadOnlySpan<byte> name = record.Name;
            if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) || name.Contains((byte)'/')
                || (_known is not null && _known.Contains(Encoding.Latin1.GetString(name))))
            {
                continue;
            }

            AddRoom(name.Length);
            byte[] names = _names[^1];
            int start = names.Length - _namesLeft;
            name.CopyTo(names.AsSpan(start));
            _namesLeft -= name.Length;
            _entries[^1][Count % ChunkEntries] = new Entry(record.Ino, _names.Count - 1, start, (ushort)name.Length, record.Type);
            Count++;
        }
    }

    /// <summary>What follows comes from the beginning of the directory again; what is here already is not to be added twice.</summary>
    internal void SkipKnown()
    {
        _known = [];
        for (int i = 0; i < Count; i++)
        {
            _ = _known.Add(Encoding.Latin1.GetString(this[i].Name));
        }
    }

    /// <summary>Most directories are small; the chunks of large ones stay below what the collector calls large and leaves lying about.</summary>
    private void AddRoom(int nameLength)
    {
        if (Count == _entries.Count * ChunkEntries)
        {
            _entries.Add(new Entry[ChunkEntries]);
        }

        if (_namesLeft < nameLength)
        {
            _namesLeft = Math.Max(nameLength, _names.Count == 0 ? FirstNamesChunk : NamesChunk);
            _names.Add(new byte[_namesLeft]);
        }
    }

    /// <summary>
    /// Notes a lookup of a name in a complete snapshot. When it looks like a walk, <paramref name="from"/> and <paramref name="to"/> are the
    /// entries to fetch ahead of it.
    /// </summary>
    /// <returns>The entry's index, or -1.</returns>
    internal int Walk(ReadOnlySpan<byte> name, int ahead, out int from, out int to)
    {
        lock (_fetches)
        {
            from = 0;
            to = 0;
            int index = Find(name);
            if (index != NotFound)
            {
                int step = index - _lastWalked;
                _lastWalked = index;
                if (step < -WalkStep)
                {
                    // Somebody begins again; what was fetched for an earlier walk is old.
                    _fetches.Clear();
                    _fetchedTo = 0;
                    _takenTo = 0;
                }

                if (step is > 0 and <= WalkStep && index + (ahead / 2) >= _fetchedTo)
                {
                    from = Math.Max(index + 1, _fetchedTo);
                    to = Math.Min(index + 1 + ahead, Count);
                    _fetchedTo = Math.Max(to, _fetchedTo);
                }
            }

            return index;
        }
    }

    /// <summary>The index of a name in a complete snapshot, or -1.</summary>
    internal int IndexOf(ReadOnlySpan<byte> name)
    {
        lock (_fetches)
        {
            return Find(name);
        }
    }

    /// <summary>Begins to fetch an entry's attributes, unless somebody has or the walk has overtaken it: nobody would take them.</summary>
    internal bool TryBegin(int index, out Fetch fetch)
    {
        lock (_fetches)
        {
            fetch = new Fetch();
            return index >= _takenTo && _fetches.TryAdd(index, fetch);
        }
    }

    /// <summary>Takes what was fetched for an entry, waiting if that is still under way. Null when nobody has begun: the caller asks.</summary>
    internal Fetch? Take(int index)
    {
        Fetch? fetch;
        lock (_fetches)
        {
            _takenTo = Math.Max(_takenTo, index + 1);
            if (!_fetches.Remove(index, out fetch))
            {
                return null;
            }
        }

        fetch.Wait();
        return fetch;
    }

    private int Find(ReadOnlySpan<byte> name)
    {
        // A walk asks for the next entry; anything else takes an index.
        int next = _lastWalked + 1;
        if (next < Count && this[next].Name.SequenceEqual(name))
        {
            return next;
        }

        if (_index is null)
        {
            _index = new Dictionary<int, int>(Count);
            for (int i = 0; i < Count; i++)
            {
                _ = _index.TryAdd(HashOf(this[i].Name), i);
            }
        }

        return _index.TryGetValue(HashOf(name), out int found) && this[found].Name.SequenceEqual(name) ? found : NotFound;
    }

    private static int HashOf(ReadOnlySpan<byte> name)
    {
        HashCode hash = default;
        hash.AddBytes(name);
        return hash.ToHashCode();
    }

    private readonly record struct Entry(ulong Ino, int NameChunk, int NameStart, ushort NameLength, FileType Type);
}

/// <summary>Attributes fetched ahead.</summary>
internal sealed class Fetch
{
    private bool _done; // guarded by this object, with what follows

    internal Errno Error { get; private set; }

    internal StatxBuffer Stat { get; private set; }

    /// <summary>When the source was asked, <see cref="Environment.TickCount64"/>.</summary>
    internal long AskedAt { get; } = Environment.TickCount64;

    internal void End(Errno error, in StatxBuffer stat)
    {
        lock (this)
        {
            Error = error;
            Stat = stat;
            _done = true;
            Monitor.PulseAll(this);
        }
    }

    internal void Wait()
    {
        lock (this)
        {
            while (!_done)
            {
                _ = Monitor.Wait(this);
            }
        }
    }
}
