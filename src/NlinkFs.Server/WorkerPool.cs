using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>
/// The threads that serve a channel. As many as there are requests in hand plus one that waits for the next, so that a slow call
/// holds up nobody. At the ceiling the last free worker keeps reading: it takes what cannot block itself (FORGET, RELEASE,
/// INTERRUPT) and parks the rest for whoever gets free.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    /// <summary>Reserved address space, touched only as far as a request's calls go.</summary>
    private const int StackSize = 256 * 1024;

    private readonly FuseChannel _channel;
    private readonly RequestDispatcher _dispatcher;
    private readonly SessionOptions _options;
    private readonly bool _splice;
    private readonly ISessionLog _log;
    private readonly ManualResetEventSlim _ended = new();

    private readonly Lock _lock = new();
    private readonly LinkedList<Parked> _parked = new(); // guarded by _lock
    private int _workers; // guarded by _lock
    private int _readers; // guarded by _lock: workers waiting in Receive, or about to
    private bool _exhausted; // guarded by _lock: said so once

    internal WorkerPool(FuseChannel channel, RequestDispatcher dispatcher, SessionOptions options, bool splice, ISessionLog log)
    {
        _splice = splice;
        _channel = channel;
        _dispatcher = dispatcher;
        _options = options;
        _log = log;
        dispatcher.Watch.Also = AnswerOverdue;
        dispatcher.InterruptWaiting = Interrupt;
    }

    /// <summary>Set when the channel has no more requests to give.</summary>
    internal WaitHandle Ended => _ended.WaitHandle;

    /// <summary>Threads alive now, stuck ones included.</summary>
    internal int Workers
    {
        get
        {
            lock (_lock)
            {
                return _workers;
            }
        }
    }

    /// <summary>Whether a worker waits for the next request, or is about to.</summary>
    internal bool IsReading
    {
        get
        {
            lock (_lock)
            {
                return _readers > 0;
            }
        }
    }

    /// <summary>Workers that are still in a call that was answered for them.</summary>
    internal int Stuck => _dispatcher.Watch.Stuck;

    /// <summary>What was served.</summary>
    internal SessionStatistics Statistics => _dispatcher.Meter.Sum(_channel.Errors);

    internal void Start()
    {
        _dispatcher.Watch.Start();
        lock (_lock)
        {
            _workers++;
        }

        Spawn();
    }

    /// <summary>Ends the watch over calls; workers that are stuck are left alone.</summary>
    internal void StopWatching() => _dispatcher.Watch.Dispose();

    public void Dispose() => _ended.Dispose();

    private void Spawn() => new Thread(Work, StackSize) { IsBackground = true, Name = "fuse worker" }.Start();

    private void Work()
    {
        using NativeBuffer request = new(RequestDispatcher.RequestSize(_options));
        using WorkerScratch scratch = _dispatcher.NewScratch(_splice);
        while (true)
        {
            switch (NextTask(out byte[]? parked))
            {
                case Task.Leave:
                    return;
                case Task.ServeParked:
                    _dispatcher.Dispatch(_channel, parked, scratch);
                    break;
                default:
                    if (!ReadAndServe(request.Span, scratch))
                    {
                        return;
                    }

                    break;
            }
        }
    }

    private bool ReadAndServe(Span<byte> request, WorkerScratch scratch)
    {
        Errno error;
        int length;
        do
        {
            error = _channel.Receive(request, out length);
        }
        while (error == Errno.EINTR || error == Errno.EAGAIN || error == Errno.ENOENT);

        if (error.IsError || length == 0)
        {
            End(error);
            return false;
        }

        ReadOnlySpan<byte> frame = request[..length];
        if (!TryPark(frame))
        {
            _dispatcher.Dispatch(_channel, frame, scratch);
        }

        return true;
    }

    private Task NextTask(out byte[]? parked)
    {
        lock (_lock)
        {
            // Only while somebody else reads: or the last one would block on what it parked itself.
            parked = null;
            if (_readers > 0 && _parked.First is { } first)
            {
                _parked.RemoveFirst();
                parked = first.Value.Frame;
                return Task.ServeParked;
            }

            if (_readers >= _options.IdleWorkers || _ended.IsSet)
            {
                _workers--;
                return Task.Leave;
            }

            _readers++;
            return Task.Read;
        }
    }

    /// <summary>Sees to it that somebody reads on while this frame is served. True when that somebody is this worker.</summary>
    private bool TryPark(ReadOnlySpan<byte> frame)
    {
        bool spawn = false;
        bool warn = false;
        bool park = false;
        lock (_lock)
        {
            _readers--;
            if (_readers == 0)
            {
                if (_workers < _options.MaxWorkers)
                {
                    _workers++;
                    spawn = true;
                }
                else if (RequestDispatcher.MayBlock(RequestDispatcher.ReadHeader(frame).Opcode))
                {
                    park = true;
                    _ = _parked.AddLast(new Parked(frame.ToArray(), Environment.TickCount64));
                    warn = !_exhausted;
                    _exhausted = true;
                }
            }
        }

        if (spawn)
        {
            Spawn();
        }

        if (warn)
        {
            _log.WorkersExhausted(_options.MaxWorkers);
        }

        return park;
    }

    /// <summary>Requests that wait for a worker have a deadline too.</summary>
    private void AnswerOverdue(long now) =>
        FailParked(parked => _dispatcher.Watch.Limits.IsOver(parked.Header.Opcode, now - parked.Since), Errno.EIO);

    private void Interrupt(RequestId request) =>
        FailParked(parked => parked.Header.Unique == request && Processes.IsBeingKilled((int)parked.Header.Pid), Errno.EINTR);

    private void FailParked(Predicate<Parked> which, Errno error)
    {
        List<Parked> failed = [];
        lock (_lock)
        {
            for (LinkedListNode<Parked>? node = _parked.First; node is not null;)
            {
                LinkedListNode<Parked>? next = node.Next;
                if (which(node.Value))
                {
                    failed.Add(node.Value);
                    _parked.Remove(node);
                }

                node = next;
            }
        }

        foreach (Parked parked in failed)
        {
            InHeader header = parked.Header;
            _ = _channel.Fail(in header, error);
        }
    }

    private void End(Errno error)
    {
        bool first;
        lock (_lock)
        {
            _readers--;
            _workers--;
            first = !_ended.IsSet;
            _ended.Set();
        }

        bool unmounted = !error.IsError || error == Errno.ENODEV;
        if (first && !unmounted)
        {
            _log.ChannelFailed(error);
        }
    }

    private sealed record Parked(byte[] Frame, long Since)
    {
        internal InHeader Header => RequestDispatcher.ReadHeader(Frame);
    }

    private enum Task
    {
        Read,
        ServeParked,
        Leave,
    }
}
