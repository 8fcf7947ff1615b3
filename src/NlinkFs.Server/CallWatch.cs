using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>Watches the calls that workers are at, on a thread of its own, and answers those that take too long or that nobody waits for any more.</summary>
internal sealed class CallWatch(Deadlines limits, FileSystem fileSystem) : IDisposable
{
    private const int Tick = 200;

    /// <summary>How often to look when nothing is under way, milliseconds.</summary>
    private const int IdleTick = 5000;

    private readonly Lock _lock = new();
    private readonly List<PendingCall> _calls = []; // guarded by _lock
    private readonly List<PendingCall> _stuck = []; // of the watching thread
    private readonly AutoResetEvent _wake = new(false);
    private volatile bool _sleeps;
    private volatile bool _stopped;
    private volatile int _stuckCount;

    internal Deadlines Limits => limits;

    /// <summary>Workers that are still at a call that was answered for them.</summary>
    internal int Stuck => _stuckCount;

    /// <summary>Also called at each look, with the time.</summary>
    internal Action<long>? Also { get; set; }

    internal void Start() => new Thread(Run, 128 * 1024) { IsBackground = true, Name = "call watch" }.Start();

    internal void Add(PendingCall call)
    {
        lock (_lock)
        {
            _calls.Add(call);
        }
    }

    internal void Remove(PendingCall call)
    {
        lock (_lock)
        {
            _ = _calls.Remove(call);
        }
    }

    /// <summary>A call begins.</summary>
    internal void Note()
    {
        if (_sleeps)
        {
            _ = _wake.Set();
        }
    }

    /// <summary>The caller of a request got a signal. False when no worker is at it.</summary>
    internal bool Interrupt(RequestId request)
    {
        PendingCall? found;
        lock (_lock)
        {
            found = _calls.Find(call => call.TryInterrupt(request));
        }

        _ = found?.Look(limits, Environment.TickCount64, fileSystem, out _);
        return found is not null;
    }

    /// <summary>Looks at all calls once.</summary>
    /// <returns>Whether there are any.</returns>
    internal bool Look()
    {
        long now = Environment.TickCount64;
        PendingCall[] calls;
        lock (_lock)
        {
            calls = [.. _calls];
        }

        bool any = false;
        foreach (PendingCall call in calls)
        {
            any |= call.Look(limits, now, fileSystem, out InHeader? overdue);
            if (overdue is { } request)
            {
                _stuck.Add(call);
                _stuckCount = _stuck.Count;
                fileSystem.CallOverdue(request.Opcode, request.NodeId, _stuck.Count);
            }
        }

        _ = _stuck.RemoveAll(call => !call.IsAnswered);
        _stuckCount = _stuck.Count;
        Also?.Invoke(now);
        return any;
    }

    public void Dispose()
    {
        _stopped = true;
        _ = _wake.Set();
    }

    private void Run()
    {
        while (!_stopped)
        {
            _sleeps = !Look();
            _ = _wake.WaitOne(_sleeps ? IdleTick : Tick);
            if (_sleeps && !_stopped)
            {
                // Most calls are over before the next look; without the pause each would wake this thread again.
                _sleeps = false;
                Thread.Sleep(Tick);
            }
        }
    }
}
