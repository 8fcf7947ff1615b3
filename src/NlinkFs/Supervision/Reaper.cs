using System.Globalization;
using System.Runtime.InteropServices;
using NlinkFs.Linux;

namespace NlinkFs.Supervision;

/// <summary>Takes in orphans, on a thread of its own: as PID 1 this process gets those of its container, elsewhere those of its command.</summary>
internal sealed class Reaper : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_shortPause = TimeSpan.FromMilliseconds(20);

    private readonly AutoResetEvent _died = new(initialState: false);
    private readonly PosixSignalRegistration _registration;
    private volatile bool _stopped;

    internal Reaper()
    {
        _ = Processes.AdoptOrphans();
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => _died.Set());
        new Thread(Run, 128 * 1024) { IsBackground = true, Name = "reaper" }.Start();
    }

    /// <summary>Kills all that this process has adopted, and what is orphaned by that: daemons that left their command's group.</summary>
    internal static void KillOrphans()
    {
        const int Kill = 9;
        long begun = Environment.TickCount64;
        while (Children() is { Count: > 0 } children && Environment.TickCount64 - begun < s_pause.TotalMilliseconds)
        {
            foreach (int child in children)
            {
                _ = Processes.Kill(child, Kill);
            }

            Thread.Sleep(s_shortPause);
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        _stopped = true;
    }

    private void Run()
    {
        while (!_stopped)
        {
            bool all = Processes.ReapOrphans();

            // The signal comes over the runtime's pool, whose threads may all be busy.
            _ = _died.WaitOne(all ? s_pause : s_shortPause);
        }
    }

    /// <summary>Of all threads; none where the kernel does not show them.</summary>
    private static List<int> Children()
    {
        List<int> children = [];
        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            try
            {
                children.AddRange(File.ReadAllText($"{task}/children")
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pid => int.Parse(pid, CultureInfo.InvariantCulture)));
            }
            catch (IOException)
            {
                // The thread has ended meanwhile.
            }
        }

        return children;
    }
}
