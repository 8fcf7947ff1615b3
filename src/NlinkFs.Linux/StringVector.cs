using System.Runtime.InteropServices;

namespace NlinkFs.Linux;

/// <summary>A NULL-terminated char*[] as execve(2) wants it.</summary>
internal sealed unsafe class StringVector : IDisposable
{
    private readonly int _count;

    internal StringVector(IReadOnlyList<byte[]> strings)
    {
        _count = strings.Count;
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < _count; i++)
        {
            byte* copy = (byte*)NativeMemory.AllocZeroed((nuint)strings[i].Length + 1);

            // SAFETY: allocated one byte longer than the string.
            strings[i].CopyTo(new Span<byte>(copy, strings[i].Length));
            Pointer[i] = copy;
        }
    }

    internal byte** Pointer { get; }

    public void Dispose()
    {
        for (int i = 0; i < _count; i++)
        {
            NativeMemory.Free(Pointer[i]);
        }

        NativeMemory.Free(Pointer);
    }
}
