using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>
/// Asks the root of a source, on a thread of its own: now and then whether it is alive, and for its attributes when somebody wants them. He
/// waits only so long, so that a root can always be shown, whatever the source does.
/// </summary>
internal sealed class SourcePulse
{
    private const int Interval = 5000;

    private readonly SourceTree _tree;
    private readonly Action<SourceTree, Errno> _answered;
    private readonly object _lock = new();
    private long _asked; // guarded by _lock, as all below
    private long _served;
    private Questions _questions;
    private bool _stopped;
    private long _outSince = long.MaxValue;
    private StatxBuffer _root;
    private StatFsBuffer _statFs;
    private Errno _error;

    /// <summary>Begins. <paramref name="answered"/> is told of each answer, on the thread of the pulse.</summary>
    internal SourcePulse(SourceTree tree, in StatxBuffer root, Action<SourceTree, Errno> answered)
    {
        _tree = tree;
        _root = root;
        _answered = answered;
        new Thread(Run, 128 * 1024) { IsBackground = true, Name = "source pulse" }.Start();
    }

    /// <summary>What was last said, which is what there is when the source does not answer.</summary>
    internal StatxBuffer Root
    {
        get
        {
            lock (_lock)
            {
                return _root;
            }
        }
    }

    /// <summary>As <see cref="Root"/>.</summary>
    internal StatFsBuffer StatFs
    {
        get
        {
            lock (_lock)
            {
                return _statFs;
            }
        }
    }

    /// <summary>How long it has been waiting for an answer, milliseconds; negative when it is not.</summary>
    internal long OutFor
    {
        get
        {
            lock (_lock)
            {
                return Environment.TickCount64 - _outSince;
            }
        }
    }

    /// <summary>Asks and waits for the answer to that. False when it does not come in time.</summary>
    internal bool Ask(Questions questions, TimeSpan patience, out Errno error)
    {
        lock (_lock)
        {
            long ticket = ++_asked;
            _questions |= questions;
            Monitor.PulseAll(_lock);
            long end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
            long left = (long)patience.TotalMilliseconds;
            while (_served < ticket && !_stopped && left > 0)
            {
                _ = Monitor.Wait(_lock, (int)left);
                left = end - Environment.TickCount64;
            }

            error = _error;
            return _served >= ticket;
        }
    }

    /// <summary>Ends it, as soon as the source answers.</summary>
    internal void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void Run()
    {
        int interval = SourceTree.IsFuse(_tree.FileSystemType) ? Interval : Timeout.Infinite;
        while (WaitForTurn(interval, out long ticket, out Questions questions) && _tree.TryUse())
        {
            Errno error = Errno.None;
            StatFsBuffer statFs = default;
            StatxBuffer root = default;
            if (questions.HasFlag(Questions.StatFs))
            {
                error = Files.StatFs(_tree.Root, out statFs);
            }

            bool wantsRoot = !error.IsError && (questions & (Questions.Root | Questions.RootAfresh)) != 0;
            if (wantsRoot)
            {
                StatSync sync = questions.HasFlag(Questions.RootAfresh) ? StatSync.Force : StatSync.AsNeeded;
                error = Files.Stat(_tree.Root, out root, sync, _tree.Wanted);
            }

            _tree.EndUse();
            lock (_lock)
            {
                _served = ticket;
                _outSince = long.MaxValue;
                _error = error;
                _statFs = !error.IsError && questions.HasFlag(Questions.StatFs) ? statFs : _statFs;
                _root = !error.IsError && wantsRoot ? root : _root;
                Monitor.PulseAll(_lock);
            }

            _answered(_tree, error);
        }
    }

    private bool WaitForTurn(int interval, out long ticket, out Questions questions)
    {
        lock (_lock)
        {
            if (_asked == _served && !_stopped)
            {
                _ = Monitor.Wait(_lock, interval);
            }

            (ticket, questions) = (_asked, _questions == Questions.None ? Questions.StatFs : _questions);
            _questions = Questions.None;
            _outSince = Environment.TickCount64;
            return !_stopped;
        }
    }
}

/// <summary>What a source can be asked of its root.</summary>
[Flags]
internal enum Questions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>statfs(2), which FUSE servers answer at no cost: whether it is alive.</summary>
    StatFs = 1,

    /// <summary>The attributes, from the kernel's cache if they are there.</summary>
    Root = 2,

    /// <summary>The attributes, past the cache.</summary>
    RootAfresh = 4,
}
