using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NlinkFs.Protocol;

/// <summary>
/// Takes a request's body apart from front to back. Every read checks that the bytes are there, so that a frame cut off at any
/// length ends in false and never in an exception.
/// </summary>
public ref struct RequestReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts at the first byte after <see cref="InHeader"/>.</summary>
    public RequestReader(ReadOnlySpan<byte> body) => _rest = body;

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Reads one fixed-size structure.</summary>
    public bool TryRead<T>(out T value)
        where T : unmanaged
    {
        if (!MemoryMarshal.TryRead(_rest, out value))
        {
            return false;
        }

        _rest = _rest[Unsafe.SizeOf<T>()..];
        return true;
    }

    /// <summary>
    /// Reads a structure of which the kernel may send only the first <paramref name="size"/> bytes (INIT of older protocols,
    /// SETXATTR without FUSE_SETXATTR_EXT); the fields behind are zero.
    /// </summary>
    public bool TryReadHead<T>(int size, out T value)
        where T : unmanaged
    {
        value = default;
        if (_rest.Length < size)
        {
            return false;
        }

        _rest[..size].CopyTo(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        _rest = _rest[size..];
        return true;
    }

    /// <summary>Reads a NUL-terminated name; the NUL is consumed and not returned. An empty name is malformed.</summary>
    public bool TryReadName(out ReadOnlySpan<byte> name) => TryReadString(out name) && name.Length > 0;

    /// <summary>Reads a NUL-terminated string that may be empty (a symlink's target).</summary>
    public bool TryReadString(out ReadOnlySpan<byte> text)
    {
        int end = _rest.IndexOf((byte)0);
        if (end < 0)
        {
            text = default;
            return false;
        }

        text = _rest[..end];
        _rest = _rest[(end + 1)..];
        return true;
    }

    /// <summary>Reads exactly <paramref name="count"/> bytes.</summary>
    public bool TryReadBytes(uint count, out ReadOnlySpan<byte> bytes)
    {
        if (count > (uint)_rest.Length)
        {
            bytes = default;
            return false;
        }

        bytes = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return true;
    }
}
