using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>
/// The request a worker is at. A worker that is stuck in a call cannot be called back, but its request can be answered in its place;
/// whoever is first answers, and only he.
/// </summary>
public sealed class PendingCall
{
    private const int LongestName = 255;

    /// <summary>Room for the largest of STATX's, GETATTR's and LOOKUP's answers.</summary>
    private const int LargestAnswer = 512;

    private readonly Lock _lock = new();
    private FuseChannel? _channel; // guarded by _lock, as all below
    private InHeader _request;
    private readonly byte[] _name = new byte[LongestName];
    private int _nameLength;
    private volatile State _state;
    private long _since;
    private long _waitedSince;
    private long _waited;
    private bool _interrupted;

    private enum State
    {
        Idle,
        Working,
        Answered,
        TakenOver,
    }

    /// <summary>Whether the caller has got an answer already, so that work for him is in vain.</summary>
    public bool IsAnswered => _state == State.TakenOver;

    /// <summary>When it began, or last went on after a wait; <see cref="Environment.TickCount64"/>.</summary>
    public long BegunAt
    {
        get
        {
            lock (_lock)
            {
                return _since;
            }
        }
    }

    /// <summary>How long it has waited in all.</summary>
    public TimeSpan Waited
    {
        get
        {
            lock (_lock)
            {
                return TimeSpan.FromMilliseconds(_waited + (_waitedSince == 0 ? 0 : Environment.TickCount64 - _waitedSince));
            }
        }
    }

    /// <summary>Stops the clock of the deadline: what follows is a wait that has a limit of its own.</summary>
    public void Pause()
    {
        lock (_lock)
        {
            _waitedSince = Environment.TickCount64;
        }
    }

    /// <summary>Ends <see cref="Pause"/>; the deadline counts from here.</summary>
    public void Resume()
    {
        lock (_lock)
        {
            _since = Environment.TickCount64;
            _waited += _since - _waitedSince;
            _waitedSince = 0;
        }
    }

    internal void Begin(FuseChannel channel, in InHeader request, ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> name = default;
        if (request.Opcode == FuseOpcode.Lookup && frame.Length > Unsafe.SizeOf<InHeader>())
        {
            _ = new RequestReader(frame[Unsafe.SizeOf<InHeader>()..]).TryReadName(out name);
        }

        lock (_lock)
        {
            _channel = channel;
            _request = request;
            _nameLength = name.TryCopyTo(_name) ? name.Length : 0;
            _state = State.Working;
            _since = Environment.TickCount64;
            _waited = 0;
            _waitedSince = 0;
            _interrupted = false;
        }
    }

    /// <summary>Claims the answer for the worker. False when somebody else has given one.</summary>
    internal bool TryAnswer()
    {
        lock (_lock)
        {
            bool mine = _state != State.TakenOver;
            _state = mine ? State.Answered : _state;
            return mine;
        }
    }

    internal void End()
    {
        lock (_lock)
        {
            _state = State.Idle;
        }
    }

    /// <summary>Notes that the caller got a signal. False when this is not his request.</summary>
    internal bool TryInterrupt(RequestId request)
    {
        lock (_lock)
        {
            bool found = _state == State.Working && _request.Unique == request;
            _interrupted |= found;
            return found;
        }
    }

    /// <summary>
    /// Answers in the worker's place: EIO past the deadline, unless the file system knows better, EINTR when the caller is being killed. A
    /// signal alone is no reason: the call would fail for programs that never see EINTR from a file (and runtimes send themselves signals
    /// all the time).
    /// </summary>
    /// <param name="limits">How long calls may take.</param>
    /// <param name="now"><see cref="Environment.TickCount64"/>.</param>
    /// <param name="fileSystem">May know an answer.</param>
    /// <param name="overdue">What has passed its deadline, if anything.</param>
    /// <returns>Whether a worker is at this call.</returns>
    internal bool Look(Deadlines limits, long now, FileSystem fileSystem, out InHeader? overdue)
    {
        overdue = null;
        Span<byte> name = stackalloc byte[LongestName];
        InHeader request;
        Errno error;
        FuseChannel channel;
        lock (_lock)
        {
            if (_state != State.Working)
            {
                return _state != State.Idle;
            }

            request = _request;
            channel = _channel!;
            error = _interrupted && Processes.IsBeingKilled((int)request.Pid) ? Errno.EINTR
                : _waitedSince == 0 && limits.IsOver(request.Opcode, now - _since) ? Errno.EIO
                : Errno.None;
            if (!error.IsError)
            {
                return true;
            }

            _state = State.TakenOver;
            _name.AsSpan(0, _nameLength).CopyTo(name);
            name = name[.._nameLength];
        }

        if (error == Errno.EIO)
        {
            overdue = request;
            AnswerOverdue(channel, in request, name, fileSystem);
        }
        else
        {
            _ = channel.Fail(in request, error);
        }

        return true;
    }

    private static void AnswerOverdue(FuseChannel channel, in InHeader request, ReadOnlySpan<byte> name, FileSystem fileSystem)
    {
        Span<byte> frame = stackalloc byte[FuseChannel.HeaderSize + LargestAnswer];
        Span<byte> answer = frame[FuseChannel.HeaderSize..];
        if (!fileSystem.TryAnswerOverdue(request.Opcode, request.NodeId, name, answer, out int length))
        {
            _ = channel.Fail(in request, Errno.EIO);
        }
        else if (!channel.Send(in request, Errno.None, frame, length) && request.Opcode == FuseOpcode.Lookup)
        {
            fileSystem.Forget(MemoryMarshal.Read<EntryOut>(answer).NodeId, 1);
        }
    }
}

/// <summary>How long a call may take before its caller is told EIO; zero is for ever.</summary>
/// <param name="Read">For READ.</param>
/// <param name="Other">For everything else.</param>
public readonly record struct Deadlines(TimeSpan Read, TimeSpan Other)
{
    internal bool IsOver(FuseOpcode opcode, long milliseconds)
    {
        TimeSpan limit = opcode switch
        {
            FuseOpcode.Init => TimeSpan.Zero,
            FuseOpcode.Read => Read,
            _ => Other,
        };
        return limit > TimeSpan.Zero && milliseconds > limit.TotalMilliseconds;
    }
}
