using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Supervision;

/// <summary>A command that runs in a session and process group of its own: signals of the terminal reach it only through us.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int Kill = 9;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Probe = 0;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>How long after SIGKILL something may still be there before it counts as stuck.</summary>
    private static readonly TimeSpan s_deathbed = TimeSpan.FromSeconds(1);

    private readonly int _pid;
    private readonly long _started = Environment.TickCount64;
    private readonly ManualResetEvent _ended = new(initialState: false);
    private int _exitCode;
    private volatile bool _isOver;

    private ChildProcess(int pid)
    {
        _pid = pid;
        new Thread(Wait, 128 * 1024) { IsBackground = true, Name = "command" }.Start();
    }

    /// <summary>Its process id and that of its group.</summary>
    internal int Pid => _pid;

    /// <summary>Set when it has ended, whatever is left of its group.</summary>
    internal WaitHandle Ended => _ended;

    /// <summary>Whether it has ended.</summary>
    internal bool IsOver => _isOver;

    /// <summary>Once it has ended: its exit code, or 128 and the number of the signal that killed it.</summary>
    internal int ExitCode => _exitCode;

    /// <summary>How long it has been running or, once it has ended, ran at most.</summary>
    internal TimeSpan Ran => TimeSpan.FromMilliseconds(Environment.TickCount64 - _started);

    /// <summary>Starts one.</summary>
    /// <param name="command">The program, found on PATH, and its arguments.</param>
    /// <param name="output">Descriptors to have in place of standard output and standard error; none to share ours.</param>
    internal static ChildProcess Start(IReadOnlyList<byte[]> command, IReadOnlyList<(Fd From, int To)> output)
    {
        string program = Encoding.UTF8.GetString(command[0]);
        Errno error = Processes.Spawn(program, command, [], output, newSession: true, out int pid);
        return error.IsError
            ? throw new CommandException(
                $"cannot run {Printable.Escape(command[0])}: {error}", error == Errno.ENOENT ? NlinkFs.ExitCode.NotFound : NlinkFs.ExitCode.NotExecutable)
            : new ChildProcess(pid);
    }

    /// <summary>Sends a signal to it, not to its group.</summary>
    internal void Signal(int signal)
    {
        if (!_isOver)
        {
            _ = Processes.Kill(_pid, signal);
        }
    }

    /// <summary>Ends its group, itself included: SIGTERM, and SIGKILL for what is left after a while.</summary>
    /// <param name="patience">How long that while is.</param>
    /// <param name="hurry">Ends it early.</param>
    /// <returns>False when something of it cannot be killed.</returns>
    internal bool Stop(TimeSpan patience, WaitHandle hurry)
    {
        _ = Processes.Kill(-_pid, Terminate);

        // What is stopped would not see it.
        _ = Processes.Kill(-_pid, Continue);
        if (!IsGone(patience, hurry))
        {
            _ = Processes.Kill(-_pid, Kill);
        }

        return IsGone(s_deathbed, null);
    }

    public void Dispose()
    {
        // One that could not be killed still has a thread that is going to set it.
        if (_isOver)
        {
            _ = _ended.WaitOne();
            _ended.Dispose();
        }
    }

    private bool IsGone(TimeSpan patience, WaitHandle? hurry)
    {
        long begun = Environment.TickCount64;
        while (!_isOver || Processes.Kill(-_pid, Probe) != Errno.ESRCH)
        {
            if (Environment.TickCount64 - begun > patience.TotalMilliseconds || (hurry?.WaitOne(0) ?? false))
            {
                return false;
            }

            Thread.Sleep(s_pause);
        }

        return true;
    }

    private void Wait()
    {
        _ = Processes.Wait(_pid, out _exitCode);
        _isOver = true;
        _ = _ended.Set();
    }
}
