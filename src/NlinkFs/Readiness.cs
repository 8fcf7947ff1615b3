using NlinkFs.Control;

namespace NlinkFs;

/// <summary>Whether requests may be sent to a mirror: what nlinkfs health and /readyz say.</summary>
internal static class Readiness
{
    /// <summary>Judges what is known.</summary>
    /// <param name="mirror">The mirror's status; null when it is not mounted.</param>
    /// <param name="command">The command of nlinkfs run; null when there is none.</param>
    internal static (bool Ready, string Why) Of(StatusReport? mirror, CommandReport? command) =>
        mirror is null ? (false, "the mirror is not mounted; the log says what it waits for")
        : mirror.SourceState.State != SourceReport.Present ? (false, Source(mirror))
        : command is { Pid: null } ? (false, $"{command.Name} does not run{(command.ExitCode is { } code ? $"; it ended with exit code {code}" : "")}")
        : (true, Source(mirror));

    private static string Source(StatusReport mirror) => $"the source is {StatusText.Of(mirror.SourceState, DateTimeOffset.UtcNow)}";
}
