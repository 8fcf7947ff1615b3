using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NlinkFs.Protocol;

/// <summary>
/// Packs the payload of READDIR (fuse_dirent) or READDIRPLUS (fuse_direntplus): records of 8-byte aligned length, as many as the
/// caller's size takes. The offset in a record is where the directory continues after it.
/// </summary>
public ref struct DirectoryWriter
{
    private readonly Span<byte> _buffer;
    private readonly bool _plus;

    /// <summary>Writes into <paramref name="buffer"/>, whose length is the size the kernel asked for.</summary>
    public DirectoryWriter(Span<byte> buffer, bool plus)
    {
        _buffer = buffer;
        _plus = plus;
        Length = 0;
    }

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes left.</summary>
    public readonly int Room => _buffer.Length - Length;

    /// <summary>Whether an entry with a name of this length still fits; ask before paying for its attributes.</summary>
    public readonly bool Fits(int nameLength) => Length + RecordSize(nameLength) <= _buffer.Length;

    /// <summary>Appends one entry; false, and nothing written, when it does not fit.</summary>
    /// <param name="name">The name, not terminated.</param>
    /// <param name="ino">d_ino, which should equal st_ino.</param>
    /// <param name="type">DT_* value.</param>
    /// <param name="offset">Where to continue after this entry; never 0.</param>
    /// <param name="entry">For READDIRPLUS: the looked-up entry, or one with nodeid 0 when there was no lookup.</param>
    public bool TryAdd(scoped ReadOnlySpan<byte> name, ulong ino, uint type, ulong offset, scoped in EntryOut entry = default)
    {
        if (!Fits(name.Length))
        {
            return false;
        }

        int size = RecordSize(name.Length);
        Span<byte> record = _buffer.Slice(Length, size);
        record[^8..].Clear();
        if (_plus)
        {
            MemoryMarshal.Write(record, in entry);
            record = record[Unsafe.SizeOf<EntryOut>()..];
        }

        Dirent dirent = new() { Ino = ino, Offset = offset, NameLength = (uint)name.Length, Type = type };
        MemoryMarshal.Write(record, in dirent);
        name.CopyTo(record[Unsafe.SizeOf<Dirent>()..]);
        Length += size;
        return true;
    }

    /// <summary>Bytes an entry takes.</summary>
    public readonly int RecordSize(int nameLength)
    {
        int head = Unsafe.SizeOf<Dirent>() + (_plus ? Unsafe.SizeOf<EntryOut>() : 0);
        return (head + nameLength + 7) & ~7;
    }
}
