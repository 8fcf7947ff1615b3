using System.Runtime.InteropServices;
using System.Text;

namespace NlinkFs.Testing;

/// <summary>
/// Bytes computed from a path and an offset, the same in every test source: any range of a file of any size can be served and
/// verified without a disk. The word at index w of a file is splitmix64 of key + w * golden ratio, little-endian.
/// </summary>
public static class Content
{
    private const ulong Golden = 0x9e3779b97f4a7c15;

    /// <summary>The key of a file: FNV-1a of its path below the root, without a leading slash, and a seed that changes all files.</summary>
    public static ulong KeyOf(string path, ulong seed = 0) => HashOf(path) ^ (seed * Golden);

    /// <summary>FNV-1a, 64 bits, of a path's UTF-8.</summary>
    public static ulong HashOf(string path)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(path))
        {
            hash = (hash ^ b) * 0x100000001b3;
        }

        return hash;
    }

    /// <summary>Fills <paramref name="buffer"/> with the bytes at <paramref name="offset"/>.</summary>
    public static void Fill(ulong key, long offset, Span<byte> buffer)
    {
        ulong index = (ulong)offset / sizeof(ulong);
        int skip = (int)(offset % sizeof(ulong));
        if (skip != 0)
        {
            ulong word = Word(key, index++);
            int head = Math.Min(sizeof(ulong) - skip, buffer.Length);
            MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in word)).Slice(skip, head).CopyTo(buffer);
            buffer = buffer[head..];
        }

        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(buffer);
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = Word(key, index + (ulong)i);
        }

        Span<byte> tail = buffer[(words.Length * sizeof(ulong))..];
        if (!tail.IsEmpty)
        {
            ulong word = Word(key, index + (ulong)words.Length);
            MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in word))[..tail.Length].CopyTo(tail);
        }
    }

    /// <summary>Where <paramref name="bytes"/>, read at <paramref name="offset"/>, first differ from what they should be; -1 when nowhere.</summary>
    public static long FirstDifference(ulong key, long offset, ReadOnlySpan<byte> bytes)
    {
        byte[] expected = new byte[bytes.Length];
        Fill(key, offset, expected);
        int same = bytes.CommonPrefixLength(expected);
        return same == bytes.Length ? -1 : offset + same;
    }

    private static ulong Word(ulong key, ulong index)
    {
        ulong z = key + (index * Golden);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
