using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>
/// One open directory: the source's entries as far as they have been read, so that an offset keeps its meaning, however the
/// source counts and whatever is added or removed meanwhile. Offset n continues after the n-th entry.
/// </summary>
internal sealed class DirectoryListing : IDisposable
{
    private const int ReadSize = 1 << 15;

    private readonly Lock _lock = new();
    private Fd _fd;
    private byte[] _names = [];
    private int _namesLength;
    private Entry[] _entries = [];
    private bool _complete;

    /// <summary>Takes over an open directory.</summary>
    internal DirectoryListing(Fd fd) => _fd = fd;

    /// <summary>Held by whoever reads from here.</summary>
    internal Lock Lock => _lock;

    /// <summary>The directory, for statx of its entries.</summary>
    internal Fd Fd => _fd;

    /// <summary>Entries read so far.</summary>
    internal int Count { get; private set; }

    /// <summary>Begins anew with a directory opened again, as rewinddir(3) asks for.</summary>
    internal void Restart(Fd fd)
    {
        _fd.Close();
        _fd = fd;
        _namesLength = 0;
        Count = 0;
        _complete = false;
    }

    /// <summary>The entry at an index, reading more of the source as needed. False at the end, or with an error.</summary>
    /// <param name="index">Which entry.</param>
    /// <param name="buffer">Scratch memory for reading.</param>
    /// <param name="entry">The entry; its name stays valid until the next call.</param>
    /// <param name="error">What the source failed with.</param>
    internal bool TryGet(ulong index, scoped Span<byte> buffer, out DirectoryRecord entry, out Errno error)
    {
        error = Errno.None;
        while (index >= (ulong)Count && !_complete)
        {
            error = Files.ReadDirectory(_fd, buffer[..Math.Min(buffer.Length, ReadSize)], out int length);
            if (error.IsError)
            {
                entry = default;
                return false;
            }

            _complete = length == 0;
            Append(buffer[..length]);
        }

        if (index >= (ulong)Count)
        {
            entry = default;
            return false;
        }

        Entry found = _entries[index];
        entry = new DirectoryRecord { Ino = found.Ino, Type = found.Type, Name = _names.AsSpan(found.NameStart, found.NameLength) };
        return true;
    }

    public void Dispose() => _fd.Close();

    /// <summary>Keeps the entries of one read, without "." and "..", which are the mirror's own.</summary>
    private void Append(ReadOnlySpan<byte> records)
    {
        foreach (DirectoryRecord record in new DirectoryRecords(records))
        {
            ReadOnlySpan<byte> name = record.Name;
            if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) || name.Contains((byte)'/'))
            {
                continue;
            }

            if (Count == _entries.Length)
            {
                Array.Resize(ref _entries, Math.Max(64, Count * 2));
            }

            if (_namesLength + name.Length > _names.Length)
            {
                Array.Resize(ref _names, Math.Max(1024, Math.Max(_names.Length * 2, _namesLength + name.Length)));
            }

            name.CopyTo(_names.AsSpan(_namesLength));
            _entries[Count++] = new Entry(record.Ino, _namesLength, (ushort)name.Length, record.Type);
            _namesLength += name.Length;
        }
    }

    private readonly record struct Entry(ulong Ino, int NameStart, ushort NameLength, FileType Type);
}
