using NlinkFs.Linux;

namespace NlinkFs;

/// <summary>
/// Standard error as descriptor 2 itself. The runtime's own writes to a duplicate of it, which would keep the terminal open in the
/// background and miss a log file put in its place.
/// </summary>
internal sealed class StandardError : Stream
{
    private static readonly Fd s_descriptor = new(2);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Makes the console write there.</summary>
    internal static void Use() => Console.SetError(new StreamWriter(new StandardError()) { AutoFlush = true });

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>A log that cannot be written is no reason to stop serving.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty && !Linux.Files.Write(s_descriptor, buffer, out int count).IsError)
        {
            buffer = buffer[count..];
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
