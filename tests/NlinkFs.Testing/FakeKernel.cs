using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;

namespace NlinkFs.Testing;

/// <summary>The kernel's end of a session, over a socket pair that keeps frames apart: sends requests, receives answers.</summary>
public sealed partial class FakeKernel : IDisposable
{
    private const int AnswerTimeout = 10_000;
    private const int LargestAnswer = (1 << 20) + 4096;

    private readonly Fd _fd;
    private readonly FuseSession _session;
    private readonly byte[] _buffer = new byte[LargestAnswer];
    private ulong _lastUnique;

    /// <summary>Starts a session for <paramref name="fileSystem"/> and, unless told otherwise, goes through INIT.</summary>
    public FakeKernel(FileSystem fileSystem, SessionOptions? options = null, bool initialize = true)
    {
        Check(Sockets.Pair(packets: true, out _fd, out Fd server));
        _session = new FuseSession(server, fileSystem, options ?? new SessionOptions(), Log);
        _session.Start();
        if (initialize)
        {
            Answer answer = Ask(FuseOpcode.Init, NodeId.None, Bytes(FullInit));
            Check(answer.Error);
        }
    }

    /// <summary>An INIT as Linux 6.18 sends it.</summary>
    public static InitIn FullInit => new() { Major = 7, Minor = 45, MaxReadahead = 131072, Flags = 0x73fffffb, Flags2 = 0x7fd };

    /// <summary>What the session reported.</summary>
    public RecordingLog Log { get; } = new();

    /// <summary>The session.</summary>
    public FuseSession Session => _session;

    /// <summary>The bytes of a structure.</summary>
    public static byte[] Bytes<T>(in T value)
        where T : unmanaged
    {
        T copy = value;
        return MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in copy)).ToArray();
    }

    /// <summary>A frame with a right header.</summary>
    public static byte[] Frame(FuseOpcode opcode, ulong unique, NodeId node, ReadOnlySpan<byte> body)
    {
        InHeader header = new()
        {
            Length = (uint)(Unsafe.SizeOf<InHeader>() + body.Length),
            Opcode = opcode,
            Unique = new RequestId(unique),
            NodeId = node,
            Pid = 1234,
        };
        return [.. Bytes(in header), .. body];
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    public Answer Ask(FuseOpcode opcode, NodeId node, params ReadOnlySpan<byte> body)
    {
        ulong unique = Post(opcode, node, body);
        Answer answer = Receive();
        return answer.Unique == unique ? answer : throw new InvalidOperationException($"asked {unique}, answered {answer.Unique}");
    }

    /// <summary>Sends a request without waiting; returns its id.</summary>
    public ulong Post(FuseOpcode opcode, NodeId node, params ReadOnlySpan<byte> body)
    {
        ulong unique = _lastUnique += 2;
        Send(Frame(opcode, unique, node, body));
        return unique;
    }

    /// <summary>Sends bytes as one frame.</summary>
    public void Send(ReadOnlySpan<byte> frame) => Check(Files.Write(_fd, frame, out _));

    /// <summary>Waits for the next answer; a missing one is an error, not a hang.</summary>
    public Answer Receive()
    {
        if (!WaitForInput())
        {
            throw new TimeoutException($"no answer within {AnswerTimeout} ms");
        }

        Check(Files.Read(_fd, _buffer, out int length));
        OutHeader header = MemoryMarshal.Read<OutHeader>(_buffer);
        return header.Length == (uint)length
            ? new Answer(header.Unique.Value, new Errno(-header.Error), _buffer[Unsafe.SizeOf<OutHeader>()..length])
            : throw new InvalidOperationException($"an answer of {length} bytes says it has {header.Length}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _fd.Close();
        _ = _session.Ended.WaitOne(TimeSpan.FromSeconds(5));
        _session.Dispose();
    }

    private bool WaitForInput()
    {
        const short Readable = 1;
        PollFd poll = new() { Fd = _fd.Value, Events = Readable };
        return Poll(ref poll, 1, AnswerTimeout) > 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollFd fds, nuint count, int timeoutMilliseconds);

    private struct PollFd
    {
        internal int Fd;
        internal short Events;
#pragma warning disable CS0649 // Written by the kernel.
        internal short Returned;
#pragma warning restore CS0649
    }

    private static void Check(Errno error)
    {
        if (error.IsError)
        {
            throw new IOException(error.ToString());
        }
    }
}

/// <summary>One answer.</summary>
public sealed record Answer(ulong Unique, Errno Error, byte[] Payload)
{
    /// <summary>The payload as a structure.</summary>
    public T As<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Payload);
}

/// <summary>Keeps what a session reports.</summary>
public sealed class RecordingLog : ISessionLog
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    /// <summary>All so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <inheritdoc/>
    public void InitRefused(string reason) => Add($"refused: {reason}");

    /// <inheritdoc/>
    public void MalformedRequest(FuseOpcode opcode, int length) => Add($"malformed {opcode} {length}");

    /// <inheritdoc/>
    public void HandlerFailed(FuseOpcode opcode, Exception exception) => Add($"failed {opcode}: {exception}");

    /// <inheritdoc/>
    public void ChannelFailed(Errno error) => Add($"channel: {error}");

    /// <inheritdoc/>
    public void WorkersExhausted(int workers) => Add($"exhausted {workers}");

    private void Add(string line)
    {
        lock (_lock)
        {
            _lines.Add(line);
        }
    }
}
