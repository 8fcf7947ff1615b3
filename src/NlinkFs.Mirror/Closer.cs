using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>
/// Closes the source's files on a thread of its own: close(2) sends FLUSH to a FUSE source and waits for the answer, and RELEASE
/// must not wait with it.
/// </summary>
internal sealed class Closer : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<Fd> _waiting = new(); // guarded by _lock
    private readonly SemaphoreSlim _work = new(0);
    private bool _started; // guarded by _lock
    private volatile bool _stopped;

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

            fd.Close();
        }
    }
}
