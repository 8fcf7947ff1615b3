using System.Runtime.InteropServices;
using NlinkFs.Control;
using NlinkFs.Linux;
using NlinkFs.Mounting;
using Serilog;

namespace NlinkFs.Supervision;

/// <summary>
/// Keeps a command running while a mirror answers, and at no other time: what serves files to others must not find the bare directory, and only its
/// own restart makes its clients forget a mirror that is gone.
/// </summary>
internal sealed class Supervisor : IDisposable
{
    private static readonly (PosixSignal Signal, int Number)[] s_forwarded =
        [(PosixSignal.SIGHUP, 1), (PosixSignal.SIGQUIT, 3), ((PosixSignal)10, 10), ((PosixSignal)12, 12)];

    private readonly MountService _service;
    private readonly IReadOnlyList<byte[]> _command;
    private readonly SupervisorOptions _options;
    private readonly ILogger _log;
    private readonly string _name;
    private readonly StopSignals _signals = new(takesSecond: true);
    private readonly Reaper _reaper = new();
    private readonly List<PosixSignalRegistration> _forwarding;
    private readonly RestartPolicy _restarts;
    private readonly RestartPolicy _remounts;
    private volatile ChildProcess? _child;
    private volatile int _starts;
    private volatile int _exitCode = -1;

    internal Supervisor(MountService service, IReadOnlyList<byte[]> command, SupervisorOptions options, ILogger log)
    {
        (_service, _command, _options, _log) = (service, command, options, log);
        _name = Printable.Escape(command[0].AsSpan(command[0].AsSpan().LastIndexOf((byte)'/') + 1));
        (_restarts, _remounts) = (new RestartPolicy(options.Restarts), new RestartPolicy(options.Restarts));
        _forwarding = [.. s_forwarded.Select(signal => PosixSignalRegistration.Create(signal.Signal, context =>
        {
            context.Cancel = true;
            _child?.Signal(signal.Number);
        }))];
    }

    /// <summary>The control command that tells of the command.</summary>
    internal void Answer(string argument, ControlReply reply) => reply.Send(Report(), ControlJson.Default.CommandReport);

    /// <summary>How the command does.</summary>
    internal CommandReport Report() => new()
    {
        Name = _name,
        Pid = _child is { IsOver: false } child ? child.Pid : null,
        Starts = _starts,
        ExitCode = _exitCode >= 0 ? _exitCode : null,
        SupervisorPid = Environment.ProcessId,
    };

    /// <summary>Mounts and runs the command until told to stop, or until one of the two is given up.</summary>
    /// <returns>The exit code.</returns>
    internal int Run()
    {
        while (true)
        {
            int? exitCode = null;
            long begun = Environment.TickCount64;
            bool mounted = _service.Serve(_signals.Stop, mirror =>
            {
                exitCode = KeepRunning(mirror);

                // Daemons that left the command's group, which would keep the mirror busy.
                Reaper.KillOrphans();
            });
            if (!mounted)
            {
                return ExitCode.Ok;
            }

            if (exitCode is { } code)
            {
                return code;
            }

            if (_remounts.Next(TimeSpan.FromMilliseconds(Environment.TickCount64 - begun)) is not { } pause)
            {
                _log.Error("The mirror ends again and again; giving up");
                return ExitCode.Mount;
            }

            _log.Warning("Mounting again in {Seconds} s, then starting {Command:l} again", pause.TotalSeconds, _name);
            if (_signals.Stop.WaitOne(pause))
            {
                return ExitCode.Ok;
            }
        }
    }

    public void Dispose()
    {
        _reaper.Dispose();
        foreach (PosixSignalRegistration registration in _forwarding)
        {
            registration.Dispose();
        }

        _signals.Dispose();
    }

    /// <summary>Runs the command, again and again if need be. Nothing of it runs any more when this returns.</summary>
    /// <returns>The exit code; null when the mirror has ended.</returns>
    private int? KeepRunning(LiveMirror mirror)
    {
        using MountWatch watch = new(mirror.Mount);
        WaitHandle[] ends = [_signals.Stop, mirror.Ended, watch.Gone];
        while (true)
        {
            (int which, int exitCode, TimeSpan ran) = RunOnce(mirror, ends);
            if (which < ends.Length)
            {
                return which == 0 ? ExitCode.Ok : null;
            }

            if (_restarts.Next(ran) is not { } pause)
            {
                _log.Error("{Command:l} ended with exit code {ExitCode} after {Ran:0.0} s; giving up", _name, exitCode, ran.TotalSeconds);
                return exitCode;
            }

            _log.Warning(
                "{Command:l} ended with exit code {ExitCode} after {Ran:0.0} s; starting it again in {Seconds} s", _name, exitCode, ran.TotalSeconds, pause.TotalSeconds);
            which = WaitHandle.WaitAny(ends, pause);
            if (which != WaitHandle.WaitTimeout)
            {
                return which == 0 ? ExitCode.Ok : null;
            }
        }
    }

    /// <summary>Runs it until it ends, or until one of the events says so.</summary>
    private (int Which, int ExitCode, TimeSpan Ran) RunOnce(LiveMirror mirror, WaitHandle[] ends)
    {
        List<OutputLog> outputs = [];
        using ChildProcess child = Start(outputs);
        _child = child;
        _starts++;
        _log.Information("Started {Command:l} (pid {Pid})", _name, child.Pid);
        _service.Manager.Ready();
        int which = WaitHandle.WaitAny([.. ends, child.Ended]);
        TimeSpan ran = child.Ran;
        if (which < ends.Length)
        {
            // Or the command waits with the requests of its own that wait for a lost source.
            mirror.EndWaiting();
            if (which == 0)
            {
                _service.Manager.Stopping();
            }

            _log.Information("{Reason:l}; stopping {Command:l}", which == 0 ? "Told to stop" : "The mirror is gone", _name);
        }

        if (!child.Stop(_options.StopTimeout, _signals.Hurry))
        {
            _log.Error("{Command:l} (pid {Pid}) cannot be killed; going on without it", _name, child.Pid);
        }

        _exitCode = child.ExitCode;
        _child = null;
        outputs.ForEach(output => output.Finish());
        return (which, child.ExitCode, ran);
    }

    private ChildProcess Start(List<OutputLog> outputs)
    {
        if (!_options.WrapOutput)
        {
            return ChildProcess.Start(_command, []);
        }

        outputs.Add(OutputLog.Start(_log, _name, "stdout", out Fd output));
        outputs.Add(OutputLog.Start(_log, _name, "stderr", out Fd error));
        try
        {
            return ChildProcess.Start(_command, [(output, 1), (error, 2)]);
        }
        finally
        {
            output.Close();
            error.Close();
        }
    }
}

/// <summary>How a command is supervised.</summary>
/// <param name="Restarts">How often in a row it is started again when it ends soon.</param>
/// <param name="StopTimeout">How long it may take to end.</param>
/// <param name="WrapOutput">Whether its output goes into the log.</param>
internal sealed record SupervisorOptions(int Restarts, TimeSpan StopTimeout, bool WrapOutput);
