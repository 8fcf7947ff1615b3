using NlinkFs.Control;
using NlinkFs.Server;

namespace NlinkFs.Metrics;

/// <summary>What this process has to tell of itself to those who ask without naming a mirror: there may be none yet, or none any more.</summary>
internal sealed class DaemonState
{
    private volatile StatusReporter? _mirror;
    private volatile Func<CommandReport>? _command;

    /// <summary>The mirror that is mounted and answers, or null.</summary>
    internal StatusReporter? Mirror
    {
        get => _mirror;
        set => _mirror = value;
    }

    /// <summary>Tells of the command of nlinkfs run; null for other commands.</summary>
    internal Func<CommandReport>? Command
    {
        get => _command;
        set => _command = value;
    }

    /// <summary>Everything as of now. Waits for nobody.</summary>
    internal Look Look()
    {
        StatusReporter? mirror = Mirror;
        SessionStatistics? served = mirror?.Served;
        return new Look(Environment.TickCount64, served is null ? null : mirror!.Report(served), served, Command?.Invoke());
    }
}

/// <summary>What is to be told at one time.</summary>
/// <param name="At"><see cref="Environment.TickCount64"/>.</param>
/// <param name="Mirror">The mirror's status, or null while there is none.</param>
/// <param name="Served">What it has served.</param>
/// <param name="Command">How its command does; null when there is none.</param>
internal sealed record Look(long At, StatusReport? Mirror, SessionStatistics? Served, CommandReport? Command);
