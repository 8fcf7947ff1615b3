using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>
/// One descriptor of /dev/fuse (or a socket that stands for it): requests come from it, answers go to it, each as one frame.
/// All answers leave through <see cref="Send"/>; it is where tracing and counting sit.
/// </summary>
internal sealed class FuseChannel(Fd fd)
{
    private volatile RequestTracer? _tracer;

    /// <summary>Room in front of an answer's payload for <see cref="OutHeader"/>.</summary>
    internal const int HeaderSize = 16;

    /// <summary>The kernel takes errors below this only (fuse_dev_do_write).</summary>
    internal const int ErrnoLimit = 512;

    /// <summary>Told of each request and answer, if anybody follows them; null otherwise. May change at any time.</summary>
    internal RequestTracer? Tracer
    {
        get => _tracer;
        set => _tracer = value;
    }

    /// <summary>The errors answered.</summary>
    internal ErrorCounts Errors { get; } = new();

    /// <summary>Waits for the next request. ENODEV after an unmount, ECONNABORTED after an abort; 0 bytes when a socket closed.</summary>
    internal Errno Receive(Span<byte> buffer, out int length) => Files.Read(fd, buffer, out length);

    /// <summary>
    /// Answers a request. <paramref name="frame"/> has <see cref="HeaderSize"/> bytes of room and then the payload, of which an
    /// error sends none.
    /// </summary>
    /// <returns>False when the kernel no longer wants the answer (ENOENT): the request was aborted, and what it handed out with it.</returns>
    internal bool Send(in InHeader request, Errno error, Span<byte> frame, int payloadLength)
    {
        int length = HeaderSize + (error.IsError ? 0 : payloadLength);
        error = Sanitize(error);
        OutHeader header = new() { Length = (uint)length, Error = -error.Value, Unique = request.Unique };
        MemoryMarshal.Write(frame, in header);
        _tracer?.Answer(in request, error, frame[HeaderSize..length]);
        if (error.IsError)
        {
            Errors.Count(error);
        }

        return !Files.Write(fd, frame[..length], out _).IsError;
    }

    /// <summary>Answers a request with an error and nothing else.</summary>
    internal bool Fail(in InHeader request, Errno error)
    {
        Span<byte> frame = stackalloc byte[HeaderSize];
        return Send(in request, error, frame, 0);
    }

    /// <summary>Sends what answers no request.</summary>
    internal Errno Notify(NotifyCode code, ReadOnlySpan<byte> payload)
    {
        Span<byte> frame = stackalloc byte[HeaderSize + payload.Length];
        OutHeader header = new() { Length = (uint)frame.Length, Error = (int)code };
        MemoryMarshal.Write(frame, in header);
        payload.CopyTo(frame[HeaderSize..]);
        return Files.Write(fd, frame, out _);
    }

    /// <summary>Answers a READ with the data that <paramref name="pipes"/> hold.</summary>
    /// <returns>As <see cref="Send"/>.</returns>
    internal bool SendSpliced(in InHeader request, SplicePipes pipes, int count)
    {
        OutHeader header = new() { Length = (uint)(HeaderSize + count), Unique = request.Unique };
        _tracer?.SplicedAnswer(in request, count);
        return !pipes.Send(fd, MemoryMarshal.AsBytes(new ReadOnlySpan<OutHeader>(in header)), count).IsError;
    }

    /// <summary>Anything else would leave the caller waiting for ever.</summary>
    private static Errno Sanitize(Errno error) => error.Value is >= 0 and < ErrnoLimit ? error : Errno.EIO;

    static FuseChannel()
    {
        if (Unsafe.SizeOf<OutHeader>() != HeaderSize)
        {
            throw new TypeLoadException("fuse_out_header is not 16 bytes");
        }
    }
}
