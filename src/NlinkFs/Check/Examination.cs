using System.Diagnostics;
using NlinkFs.Linux;

namespace NlinkFs.Check;

/// <summary>
/// Looks at a file system for a limited time. All calls to it are made by one thread, since any of them may hang; that thread holds the
/// lock at all times except during a call, so whoever takes the lock finds the evidence whole, and may leave the thread behind.
/// </summary>
internal sealed class Examination
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _limit;
    private readonly long _start = Environment.TickCount64;
    private Exception? _failure; // guarded by _lock, as the rest
    private bool _isOver;
    private PendingCall? _call;

    /// <summary>Prepares it; nothing is asked yet.</summary>
    /// <param name="path">As typed.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="apart">The time between the two looks at an entry, at least.</param>
    internal Examination(byte[] path, TimeSpan limit, TimeSpan apart) => (_limit, Evidence) = (limit, new Evidence { Path = path, Apart = apart });

    /// <summary>What has been seen. Only for the examining thread, and for others after <see cref="Run"/>.</summary>
    internal Evidence Evidence { get; }

    internal TimeSpan Elapsed => TimeSpan.FromMilliseconds(Environment.TickCount64 - _start);

    internal TimeSpan Limit => _limit;

    /// <summary>Examines until all has been seen or the time is over.</summary>
    /// <param name="tick">Called several times a second, with what goes on.</param>
    /// <exception cref="CommandException">The path cannot be examined.</exception>
    internal void Run(Action<string> tick)
    {
        Thread examining = new(Work) { Name = "check", IsBackground = true };
        examining.Start();
        while (!examining.Join(TimeSpan.FromMilliseconds(100)) && Elapsed < _limit)
        {
            lock (_lock)
            {
                tick($"{Evidence.Entries.Count} entries; {_call?.Operation} {Printable.Escape(_call?.Path)}");
            }
        }

        lock (_lock)
        {
            _isOver = true;
            Evidence.Pending = _call;
            if (_failure is { } failure)
            {
                throw failure is CommandException ? failure : new InvalidOperationException($"the examination failed: {failure.Message}", failure);
            }
        }
    }

    /// <summary>Makes a call that may hang, without the lock. To be called by the examining thread only.</summary>
    /// <param name="operation">For people.</param>
    /// <param name="path">On what.</param>
    /// <param name="call">The call.</param>
    /// <param name="timed">Under what its duration counts; null for not at all.</param>
    internal T Call<T>(string operation, byte[] path, Func<T> call, Operation? timed = null)
    {
        _call = new PendingCall(operation, path, Environment.TickCount64);
        long start = Stopwatch.GetTimestamp();
        T result;
        _lock.Exit();
        try
        {
            result = call();
        }
        finally
        {
            _lock.Enter();
        }

        Continue();
        _call = null;
        if (timed is { } kind)
        {
            if (!Evidence.Durations.TryGetValue(kind, out List<TimeSpan>? durations))
            {
                Evidence.Durations.Add(kind, durations = []);
            }

            durations.Add(Stopwatch.GetElapsedTime(start));
        }

        return result;
    }

    /// <summary>Lets time pass, without the lock.</summary>
    internal void Sleep(TimeSpan time)
    {
        _lock.Exit();
        Thread.Sleep(time < TimeSpan.Zero ? TimeSpan.Zero : time);
        _lock.Enter();
        Continue();
    }

    private void Continue()
    {
        if (_isOver)
        {
            throw new OperationCanceledException();
        }
    }

    private void Work()
    {
        _lock.Enter();
        try
        {
            new SampleWalk(this).Run();
            Evidence.IsComplete = true;
        }
        catch (OperationCanceledException)
        {
            // The time is over, and the evidence has been taken.
        }
#pragma warning disable CA1031 // It is thrown again by whoever waits.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = e;
        }
        finally
        {
            _lock.Exit();
        }
    }
}
