using NlinkFs.Linux;

namespace NlinkFs.Mounting;

/// <summary>
/// Sees a mirror leave its mount point, on a thread of its own. When it is taken away lazily its session goes on for those who are still in it, and
/// new ones find the bare directory.
/// </summary>
internal sealed class MountWatch : IDisposable
{
    private const short Priority = 2; // POLLPRI: the table has changed
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly ManualResetEvent _gone = new(initialState: false);
    private readonly MountEntry? _mount;
    private volatile bool _stopped;

    /// <summary>Begins to watch.</summary>
    /// <param name="mount">The mirror; null when it is gone already.</param>
    internal MountWatch(MountEntry? mount)
    {
        _mount = mount;
        new Thread(Run, 128 * 1024) { IsBackground = true, Name = "mount watch" }.Start();
    }

    /// <summary>Set when it is there no more, or covered by another mount.</summary>
    internal WaitHandle Gone => _gone;

    public void Dispose() => _stopped = true;

    private void Run()
    {
        _ = Files.OpenAt(Fd.WorkingDirectory, "/proc/self/mountinfo"u8, OpenFlags.ReadOnly, out Fd table);
        while (!_stopped && Mirrors.IsOnTop(_mount))
        {
            _ = Processes.Poll(table, Priority, s_pause);
        }

        table.Close();
        _ = _gone.Set();
    }
}
