using System.Buffers.Binary;

namespace NlinkFs.Linux;

/// <summary>One struct linux_dirent64 as a view into the buffer it was read into.</summary>
public readonly ref struct DirectoryRecord
{
    /// <summary>d_ino as the source reports it.</summary>
    public required ulong Ino { get; init; }

    /// <summary>d_type.</summary>
    public required FileType Type { get; init; }

    /// <summary>The name, without its NUL.</summary>
    public required ReadOnlySpan<byte> Name { get; init; }
}

/// <summary>Walks the records that getdents64(2) left in a buffer. A record that does not fit ends the walk.</summary>
public ref struct DirectoryRecords
{
    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts before the first record.</summary>
    public DirectoryRecords(ReadOnlySpan<byte> records)
    {
        _rest = records;
        Current = default;
    }

    /// <summary>The record found by the last <see cref="MoveNext"/>.</summary>
    public DirectoryRecord Current { get; private set; }

    /// <summary>Steps to the next record.</summary>
    public bool MoveNext()
    {
        if (_rest.Length <= NameOffset)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(_rest[LengthOffset..]);
        if (length <= NameOffset || length > _rest.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> name = _rest[NameOffset..length];
        int end = name.IndexOf((byte)0);
        Current = new DirectoryRecord
        {
            Ino = BinaryPrimitives.ReadUInt64LittleEndian(_rest),
            Type = (FileType)_rest[TypeOffset],
            Name = end < 0 ? name : name[..end],
        };
        _rest = _rest[length..];
        return true;
    }

    /// <summary>For foreach.</summary>
    public readonly DirectoryRecords GetEnumerator() => this;
}
