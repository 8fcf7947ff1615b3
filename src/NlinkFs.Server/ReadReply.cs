using NlinkFs.Linux;

namespace NlinkFs.Server;

/// <summary>
/// The data that answers one READ, on its way: either bytes in a buffer, or a file's pages in a pipe. Belongs to a worker, which
/// uses it again and again.
/// </summary>
public sealed class ReadReply : IDisposable
{
    /// <summary>Below this many bytes one copy is cheaper than three more system calls.</summary>
    private const int SpliceFrom = 64 * 1024;

    private readonly BufferPool _pool;
    private readonly SplicePipes? _pipes;
    private NativeBuffer? _rented;

    internal ReadReply(BufferPool pool, bool splice)
    {
        _pool = pool;
        _pipes = splice ? new SplicePipes() : null;
    }

    /// <summary>How many bytes were asked for.</summary>
    public int Size { get; private set; }

    /// <summary>How many bytes there are.</summary>
    public int Count { get; set; }

    /// <summary>Room for <see cref="Size"/> bytes, page-aligned; set <see cref="Count"/> to how many were put there.</summary>
    public Span<byte> Buffer
    {
        get
        {
            _rented ??= _pool.Rent();
            return _rented.Span.Slice(NativeBuffer.PageSize, Size);
        }
    }

    /// <summary>The pipes that hold the data, or null when it is in the buffer.</summary>
    internal SplicePipes? Pipes { get; private set; }

    /// <summary>The buffer with room for a header in front; empty when there is no data in it.</summary>
    internal Span<byte> Frame => _rented is null ? default : _rented.Span[(NativeBuffer.PageSize - FuseChannel.HeaderSize)..];

    /// <summary>
    /// Takes the data from a file, with as few copies as there can be. The errors are those of pread(2), also when some bytes came before:
    /// to the kernel a short answer is the end of the file (fuse_short_read), and the reader would never know.
    /// </summary>
    public Errno FillFrom(Fd file, long offset)
    {
        if (_pipes is not null && Size >= SpliceFrom && _pipes.Holds(offset, Size))
        {
            if (!_pipes.Fill(file, offset, Size, out int moved).IsError)
            {
                Pipes = _pipes;
                Count = moved;
                return Errno.None;
            }

            // Not every file can be spliced; what is wrong with this one shows below.
            _pipes.Dispose();
        }

        Errno result = Files.ReadAt(file, Buffer, offset, out int count);
        Count = count;
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _pipes?.Dispose();

    internal void Begin(int size)
    {
        Size = size;
        Count = 0;
    }

    internal void End()
    {
        if (_rented is not null)
        {
            _pool.Return(_rented);
            _rented = null;
        }

        Pipes = null;
    }
}
