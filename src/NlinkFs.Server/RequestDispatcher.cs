using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>
/// Takes one frame, calls the file system and answers exactly once, whatever the frame holds and whatever the file system does.
/// It knows neither threads nor mounts, so a socket pair serves to test it.
/// </summary>
internal sealed partial class RequestDispatcher
{
    private readonly FileSystem _fileSystem;
    private readonly SessionOptions _options;
    private readonly ISessionLog _log;
    private readonly BufferPool _buffers;
    private readonly BackingFiles _backing;
    private readonly Action<NegotiatedSession> _agreed;

    internal RequestDispatcher(
        FileSystem fileSystem, SessionOptions options, ISessionLog log, BackingFiles backing, Action<NegotiatedSession> agreed)
    {
        _backing = backing;
        _fileSystem = fileSystem;
        _options = options;
        _log = log;
        _agreed = agreed;
        Watch = new CallWatch(options.Deadlines, fileSystem);
        MaxPayload = options.MaxPages * NativeBuffer.PageSize;

        // The header sits at the end of a page of its own, so that the data behind it is page-aligned.
        _buffers = new BufferPool(NativeBuffer.PageSize + MaxPayload);
    }

    /// <summary>Watches the calls under way; not started here.</summary>
    internal CallWatch Watch { get; }

    /// <summary>Counts the requests.</summary>
    internal RequestMeter Meter { get; } = new();

    /// <summary>Told of a signal for the caller of a request that no worker is at.</summary>
    internal Action<RequestId>? InterruptWaiting { get; set; }

    /// <summary>Most bytes of data in one answer.</summary>
    internal int MaxPayload { get; }

    /// <summary>Bytes a buffer for requests needs: a WRITE of the negotiated size, or the largest SETXATTR.</summary>
    internal static int RequestSize(SessionOptions options) => Math.Max(options.MaxWrite, 1 << 16) + NativeBuffer.PageSize;

    /// <summary>What a worker needs; it disposes it.</summary>
    internal WorkerScratch NewScratch(bool splice) => new(_buffers, splice, Watch, Meter);

    /// <summary>Whether handling such a request may block; those that may not have to be taken even when every worker is stuck.</summary>
    internal static bool MayBlock(FuseOpcode opcode) => opcode is not
        (FuseOpcode.Forget or FuseOpcode.BatchForget or FuseOpcode.Interrupt or FuseOpcode.Release or FuseOpcode.ReleaseDir);

    /// <summary>Whether the kernel waits for an answer to such a request.</summary>
    internal static bool IsAnswered(FuseOpcode opcode) => opcode is not
        (FuseOpcode.Forget or FuseOpcode.BatchForget or FuseOpcode.Interrupt or FuseOpcode.NotifyReply);

    /// <summary>Handles one frame from start to end on this thread.</summary>
    /// <param name="channel">Where it came from and the answer goes.</param>
    /// <param name="frame">The frame as read.</param>
    /// <param name="scratch">The worker's, from <see cref="NewScratch"/>.</param>
    internal void Dispatch(FuseChannel channel, ReadOnlySpan<byte> frame, WorkerScratch scratch)
    {
        long begun = Stopwatch.GetTimestamp();
        InHeader header = ReadHeader(frame);
        channel.Tracer?.Request(in header, frame);
        Call call = new(_fileSystem, channel, in header, scratch);
        if (MayBlock(header.Opcode))
        {
            scratch.Pending.Begin(channel, in header, frame);
            Watch.Note();
        }

        try
        {
            bool whole = frame.Length >= Unsafe.SizeOf<InHeader>() && header.Length == (uint)frame.Length;
            do
            {
                if (!whole || !TryHandle(ref call, new RequestReader(frame[Unsafe.SizeOf<InHeader>()..]), header.Opcode))
                {
                    _log.MalformedRequest(header.Opcode, frame.Length);
                    call.Fail(Errno.EIO);
                }
            }
            while (call.IsToBeDoneAgain);
        }
#pragma warning disable CA1031 // Whatever a file system throws, its caller gets an answer and the others go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log.HandlerFailed(header.Opcode, e);
            call.Fail(Errno.EIO);
        }
        finally
        {
            if (call.Undeliverable)
            {
                TakeBack(in header, call.Payload);
            }

            call.ReturnBuffer(_buffers);
            scratch.Tally.Count(header.Opcode, Stopwatch.GetElapsedTime(begun).Ticks, call.AnsweredBytes);
            scratch.Pending.End();
        }
    }

    /// <summary>The header, or as much of it as there is: a frame too short to have one is still answered.</summary>
    internal static InHeader ReadHeader(ReadOnlySpan<byte> frame)
    {
        InHeader header = default;
        int length = Math.Min(frame.Length, Unsafe.SizeOf<InHeader>());
        frame[..length].CopyTo(MemoryMarshal.AsBytes(new Span<InHeader>(ref header)));
        return header;
    }
}
