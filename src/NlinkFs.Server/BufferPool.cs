using NlinkFs.Linux;

namespace NlinkFs.Server;

/// <summary>
/// Buffers for answers that carry data, handed out last in, first out: as many stay touched as there are such requests at once,
/// however many workers take turns. Not disposed: a worker stuck in the source may still hold one when the session ends.
/// </summary>
internal sealed class BufferPool(int size)
{
    private readonly Lock _lock = new();
    private readonly Stack<NativeBuffer> _free = new();

    internal NativeBuffer Rent()
    {
        lock (_lock)
        {
            if (_free.TryPop(out NativeBuffer? buffer))
            {
                return buffer;
            }
        }

        return new NativeBuffer(size);
    }

    internal void Return(NativeBuffer buffer)
    {
        lock (_lock)
        {
            _free.Push(buffer);
        }
    }
}
