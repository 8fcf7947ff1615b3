using System.Runtime.InteropServices;

namespace NlinkFs.Linux;

/// <summary>
/// Page-aligned memory outside the garbage collector's heap, for frames: it never moves, so a system call needs no pinning, and
/// pages nobody touches cost nothing. The owner disposes it.
/// </summary>
public sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>The alignment, and the kernel's page size on the architectures served.</summary>
    public const int PageSize = 4096;

    private byte* _memory;

    /// <summary>Allocates <paramref name="size"/> bytes, not cleared.</summary>
    public NativeBuffer(int size)
    {
        Size = size;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)size, PageSize);
    }

    /// <summary>Frees the memory if the owner forgot.</summary>
    ~NativeBuffer() => Free();

    /// <summary>Size in bytes.</summary>
    public int Size { get; }

    /// <summary>The whole buffer; invalid once disposed.</summary>
    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);

            // SAFETY: _memory holds Size bytes until it is freed, and is null afterwards.
            return new Span<byte>(_memory, Size);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
