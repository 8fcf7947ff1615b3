using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>
/// Closes the source's files on a thread of its own: close(2) sends FLUSH to a FUSE source and waits for the answer, and RELEASE
/// must not wait with it. That wait cannot be killed, so that a process with a thread in it cannot end: before it closes, the thread asks
/// whether the source answers at all, and waits for that where it can be killed.
/// </summary>
/// <param name="root">What to ask; null where closing never waits.</param>
internal sealed class Closer(Fd? root) : IDisposable
{
    /// <summary>For how long an answer is good, milliseconds.</summary>
    private const long Trust = 100;

    private readonly Lock _lock = new();
    private readonly Queue<Fd> _waiting = new(); // guarded by _lock
    private readonly SemaphoreSlim _work = new(0);
    private bool _started; // guarded by _lock
    private volatile bool _stopped;
    private long _answeredAt = long.MinValue / 2; // of its thread

    internal void Close(Fd fd)
    {
        lock (_lock)
        {
            _waiting.Enqueue(fd);
            if (!_started)
            {
                _started = true;
                new Thread(Run, maxStackSize: 128 * 1024) { IsBackground = true, Name = "closer" }.Start();
            }
        }

        _work.Release();
    }

    public void Dispose()
    {
        _stopped = true;
        _work.Release();
    }

    private void AwaitSource()
    {
        if (root is { } fd && Environment.TickCount64 - _answeredAt > Trust)
        {
            _ = Files.StatFs(fd, out _);
            _answeredAt = Environment.TickCount64;
        }
    }

    private void Run()
    {
        while (true)
        {
            _work.Wait();
            Fd fd = Fd.None;
            lock (_lock)
            {
                if (!_waiting.TryDequeue(out fd) && _stopped)
                {
                    return;
                }
            }

            AwaitSource();
            fd.Close();
        }
    }
}
