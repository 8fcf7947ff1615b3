using NlinkFs.Linux;
using NlinkFs.Server;

namespace NlinkFs.Mirror;

/// <summary>
/// Knows whether the source is there. When it is lost, everything open of it is let go at once, so that it can be unmounted and its server can
/// end, and requests wait for its return. <see cref="SourceWatch"/> finds it again.
/// </summary>
internal sealed class SourceKeeper : IDisposable
{
    /// <summary>Calls stuck in the source before it matters whether it answers at all.</summary>
    private const int ManyStuck = 8;

    /// <summary>A pulse without an answer for so long, milliseconds, is none.</summary>
    private const long NoPulse = 2000;

    /// <summary>A pulse without an answer for so long, milliseconds, is told to those who ask for the state, however few calls are stuck.</summary>
    private const long Silence = 10_000;

    /// <summary>How often one request is tried again because the source went away under it.</summary>
    private const int MaxAttempts = 20;

    /// <summary>How long somebody waits for the root's attributes before he gets those last seen.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);

    private readonly MirrorOptions _options;
    private readonly IMirrorLog _log;
    private readonly Source _source;
    private readonly object _lock = new();
    private SourceState _state = SourceState.Lost; // guarded by _lock, as all below
    private DateTimeOffset _since = DateTimeOffset.UtcNow;
    private long _sinceTick = Environment.TickCount64;
    private string _reason = "";
    private SourcePulse? _pulse;
    private StatxBuffer _root;
    private StatFsBuffer _statFs;
    private int _generation;
    private int _waiting;
    private int _losses;
    private int _stuck;
    private bool _stopped;
    private bool _aborted;

    internal SourceKeeper(Source source, MirrorOptions options, IMirrorLog log)
    {
        (_source, _options, _log) = (source, options, log);
        const ushort Directory = 0x4000 | 0x16D;
        _root = new StatxBuffer { Mode = Directory, Mask = StatxMask.BasicStats };
    }

    /// <summary>Called with a generation of which nothing may stay open.</summary>
    internal required Action<int> OnLost { get; init; }

    /// <summary>Called when the source is there again, before anybody asks it anything.</summary>
    internal required Action OnReturn { get; init; }

    /// <summary>The state now. A source that nobody but the pulse has asked of late is stalled too when it does not answer that.</summary>
    internal SourceStatus Status
    {
        get
        {
            lock (_lock)
            {
                string type = _source.Tree?.FileSystemType ?? "";
                return _state == SourceState.Present && _pulse is { OutFor: > Silence and long silence }
                    ? new SourceStatus(
                        SourceState.Stalled, DateTimeOffset.UtcNow.AddMilliseconds(-silence), "it has not answered since", type, _waiting, _losses)
                    : new SourceStatus(_state, _since, _reason, type, _waiting, _losses);
            }
        }
    }

    /// <summary>The root's attributes: fresh if the source answers soon, else those last seen.</summary>
    /// <returns>Whether they are fresh.</returns>
    internal bool TryAskRoot(Questions how, out StatxBuffer stat)
    {
        Errno error = Errno.EIO;
        bool answered = PulseToAsk() is { } pulse && pulse.Ask(how, s_patience, out error);
        lock (_lock)
        {
            stat = _root;
            return answered && !error.IsError;
        }
    }

    /// <summary>What statfs(2) says, or last said.</summary>
    internal StatFsBuffer StatFs()
    {
        _ = PulseToAsk()?.Ask(Questions.StatFs, s_patience, out _);
        lock (_lock)
        {
            return _statFs;
        }
    }

    /// <summary>
    /// Whether to do a call again that failed with what a lost source fails with. If it is lost, waits for its return, up to the grace.
    /// </summary>
    /// <param name="error">What the call failed with.</param>
    /// <param name="call">The call.</param>
    /// <param name="attempt">How often it has been done again.</param>
    internal bool ShouldRetry(Errno error, PendingCall call, int attempt)
    {
        if (IsPresent(out SourcePulse? pulse))
        {
            // A server that has just died may still be listed; it does not answer then.
            bool answered = pulse!.Ask(Questions.StatFs, s_patience, out _);
            if (IsPresent(out _))
            {
                bool other = call.BegunAt <= PresentSince;
                return attempt < MaxAttempts && (other || (answered && attempt == 0 && SourceErrors.IsLoss(error)));
            }
        }

        // Without waiting at first: now that the source is known to be away, memory may have the answer.
        return attempt == 0 || (attempt < MaxAttempts && WaitForReturn(call));
    }

    /// <summary>Waits a moment for what a source that has come back does not show yet. False when the grace is over.</summary>
    internal bool WaitForMore(PendingCall call)
    {
        lock (_lock)
        {
            if (_stopped || call.IsAnswered || call.Waited >= _options.Grace)
            {
                return false;
            }

            call.Pause();
            _waiting++;
            _ = Monitor.Wait(_lock, 100);
            _waiting--;
            call.Resume();
            return true;
        }
    }

    /// <summary>So many calls are stuck.</summary>
    internal void NoteStuck(int stuck)
    {
        lock (_lock)
        {
            _stuck = stuck;
        }

        if (stuck >= ManyStuck)
        {
            _ = PulseToAsk()?.Ask(Questions.StatFs, TimeSpan.Zero, out _);
        }
    }

    /// <summary>The source has been found.</summary>
    internal void Attach(FoundSource found)
    {
        SourceTree tree;
        lock (_lock)
        {
            tree = new SourceTree(found, ++_generation, TimeSpan.FromSeconds(Math.Min(_options.EntryTimeout.TotalSeconds, 1)));
        }

        if (tree.Generation > 1)
        {
            OnReturn();
        }

        TimeSpan away;
        lock (_lock)
        {
            if (_stopped || _source.Tree is not null)
            {
                tree.LetGo();
                return;
            }

            away = DateTimeOffset.UtcNow - _since;
            _root = found.RootStat;
            _aborted = false;
            _pulse = new SourcePulse(tree, in _root, PulseAnswered);
            _ = _pulse.Ask(Questions.StatFs, TimeSpan.Zero, out _);
            _source.Tree = tree;
            Become(SourceState.Present, "");
        }

        if (tree.Generation > 1)
        {
            _log.SourceReturned(away);
        }
    }

    /// <summary>The source is not where it was. Ignored when another one has been found since.</summary>
    internal void Lose(SourceTree tree, string reason)
    {
        lock (_lock)
        {
            if (_source.Tree != tree || _stopped)
            {
                return;
            }

            _losses++;
            Detach(reason);
        }

        LetGo(tree);
        _log.SourceLost(reason);
    }

    /// <summary>Why the source has not been found, for the status.</summary>
    internal void NoteAbsence(string reason)
    {
        lock (_lock)
        {
            _reason = _state == SourceState.Lost ? reason : _reason;
        }
    }

    /// <summary>Looks whether it still answers, when many calls are stuck in it.</summary>
    internal void CheckPulse(SourceTree tree)
    {
        bool stalled;
        bool abort;
        int stuck;
        lock (_lock)
        {
            if (_source.Tree != tree || _pulse is not { } pulse)
            {
                return;
            }

            stuck = _stuck;
            stalled = _state == SourceState.Present && _stuck >= ManyStuck && pulse.OutFor > NoPulse;
            if (stalled)
            {
                _source.IsStalled = true;
                Become(SourceState.Stalled, $"it does not answer; {_stuck} calls are stuck in it");
            }

            abort = _state == SourceState.Stalled && !_aborted && SourceTree.IsFuse(tree.FileSystemType)
                && _options.AbortStalled > TimeSpan.Zero && Environment.TickCount64 - _sinceTick >= _options.AbortStalled.TotalMilliseconds;
            _aborted |= abort;
        }

        if (stalled)
        {
            _log.SourceStalled(stuck);
        }

        if (abort)
        {
            _log.SourceAborted(FuseConnection.Abort(tree.DeviceMinor));
        }
    }

    /// <summary>Whether the source does not answer now.</summary>
    internal bool IsHanging()
    {
        SourcePulse? pulse;
        lock (_lock)
        {
            pulse = _pulse;
        }

        return pulse is not null && !pulse.Ask(Questions.StatFs, s_patience, out _);
    }

    /// <summary>From here on nobody waits, and nothing changes.</summary>
    internal void EndWaiting()
    {
        lock (_lock)
        {
            _stopped = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Ends all waiting and lets go.</summary>
    public void Dispose()
    {
        EndWaiting();
        SourceTree? tree;
        lock (_lock)
        {
            tree = _source.Tree;
            Detach("stopping");
        }

        if (tree is not null)
        {
            LetGo(tree);
        }
    }

    private long PresentSince
    {
        get
        {
            lock (_lock)
            {
                return _sinceTick;
            }
        }
    }

    private bool IsPresent(out SourcePulse? pulse)
    {
        lock (_lock)
        {
            pulse = _pulse;
            return _state == SourceState.Present;
        }
    }

    private SourcePulse? PulseToAsk() => IsPresent(out SourcePulse? pulse) ? pulse : null;

    private bool WaitForReturn(PendingCall call)
    {
        lock (_lock)
        {
            call.Pause();
            _waiting++;
            while (_state == SourceState.Lost && !_stopped && !call.IsAnswered && call.Waited < _options.Grace)
            {
                _ = Monitor.Wait(_lock, (int)Math.Clamp((_options.Grace - call.Waited).TotalMilliseconds, 1, 250));
            }

            _waiting--;
            call.Resume();
            return _state == SourceState.Present && !call.IsAnswered;
        }
    }

    private void PulseAnswered(SourceTree tree, Errno error)
    {
        if (SourceErrors.IsLoss(error) || error == Errno.ESTALE)
        {
            Lose(tree, $"its server is gone: {error}");
            return;
        }

        TimeSpan away;
        lock (_lock)
        {
            if (_source.Tree != tree || _pulse is not { } pulse)
            {
                return;
            }

            (_root, _statFs) = (pulse.Root, pulse.StatFs);
            _stuck = 0;
            if (_state != SourceState.Stalled)
            {
                return;
            }

            away = DateTimeOffset.UtcNow - _since;
            _source.IsStalled = false;
            Become(SourceState.Present, "");
        }

        _log.SourceAnswers(away);
    }

    private void Become(SourceState state, string reason)
    {
        (_state, _reason, _since, _sinceTick) = (state, reason, DateTimeOffset.UtcNow, Environment.TickCount64);
        Monitor.PulseAll(_lock);
    }

    private void Detach(string reason)
    {
        _source.Tree = null;
        _source.IsStalled = false;
        _pulse?.Stop();
        _pulse = null;
        _stuck = 0;
        Become(SourceState.Lost, reason);
    }

    private void LetGo(SourceTree tree)
    {
        OnLost(tree.Generation);
        tree.LetGo();
    }
}
