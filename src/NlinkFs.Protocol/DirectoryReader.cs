using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NlinkFs.Protocol;

/// <summary>
/// Walks a READDIRPLUS payload that was written here and yields the nodes it hands out, so that their lookups can be taken back
/// when the kernel never received it, and shown in a trace.
/// </summary>
public ref struct DirectoryReader
{
    private readonly bool _plus;
    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts before the first record.</summary>
    public DirectoryReader(ReadOnlySpan<byte> payload, bool plus)
    {
        _rest = payload;
        _plus = plus;
        Entry = default;
        Dirent = default;
        Name = default;
    }

    /// <summary>The entry of the current record; zero for READDIR.</summary>
    public EntryOut Entry { get; private set; }

    /// <summary>The fixed part of the current record.</summary>
    public Dirent Dirent { get; private set; }

    /// <summary>The current record's name.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Steps to the next record; false at the end or at a record that is cut off.</summary>
    public bool MoveNext()
    {
        int head = Unsafe.SizeOf<Dirent>() + (_plus ? Unsafe.SizeOf<EntryOut>() : 0);
        if (_rest.Length < head)
        {
            return false;
        }

        Entry = _plus ? MemoryMarshal.Read<EntryOut>(_rest) : default;
        Dirent = MemoryMarshal.Read<Dirent>(_rest[(head - Unsafe.SizeOf<Dirent>())..]);
        ulong size = ((ulong)head + Dirent.NameLength + 7) & ~7ul;
        if (size > (ulong)_rest.Length)
        {
            return false;
        }

        Name = _rest.Slice(head, (int)Dirent.NameLength);
        _rest = _rest[(int)size..];
        return true;
    }
}
