using System.Runtime.InteropServices;

namespace NlinkFs.Linux;

/// <summary>
/// An immutable name outside the garbage collector's heap: one pointer to its length and its bytes, so that a million remembered
/// names are no work for a collection. A value without ownership: whoever stores it calls <see cref="Free"/> once.
/// </summary>
public readonly unsafe struct NativeName
{
    private readonly ushort* _memory;

    private NativeName(ushort* memory) => _memory = memory;

    /// <summary>The bytes; valid until freed, empty for a default value.</summary>
    public ReadOnlySpan<byte> Span => _memory is null ? default : new ReadOnlySpan<byte>(_memory + 1, *_memory); // SAFETY: Copy wrote the length in front.

    /// <summary>Copies <paramref name="bytes"/>, at most 65,535 of them.</summary>
    public static NativeName Copy(ReadOnlySpan<byte> bytes)
    {
        ushort* memory = (ushort*)NativeMemory.Alloc((nuint)(sizeof(ushort) + bytes.Length));
        *memory = checked((ushort)bytes.Length);

        // SAFETY: freshly allocated with exactly this length behind the two bytes that say so.
        bytes.CopyTo(new Span<byte>(memory + 1, bytes.Length));
        return new NativeName(memory);
    }

    /// <summary>Returns the memory.</summary>
    public void Free() => NativeMemory.Free(_memory);
}
