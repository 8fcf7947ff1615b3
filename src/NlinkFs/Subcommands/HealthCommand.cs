using System.CommandLine;
using NlinkFs.Control;
using NlinkFs.Mounting;

namespace NlinkFs.Subcommands;

/// <summary>nlinkfs health: what a container's or a service manager's probe calls.</summary>
internal static class HealthCommand
{
    private const int Unhealthy = 1;

    private static readonly Argument<string?> s_mountPoint = Mirrors.Argument(optional: false);
    private static readonly Option<bool> s_live = new("--live") { Description = "Whether the daemon answers, whatever the source does." };

    internal static Command Create()
    {
        Option<TimeSpan> timeout = AnswerTimeout.Option();
        Command command = new("health", "For probes: whether a mirror is ready: its source present, and the command of nlinkfs run running. Touches none of them.")
        {
            s_mountPoint,
            s_live,
            timeout,
        };
        HelpWithExamples.AddTo(command, """
            Examples:
              nlinkfs health /export/dfs                     readiness: may requests be sent there
              nlinkfs health --live /export/dfs              liveness: restarting the daemon would help if not
              HEALTHCHECK CMD nlinkfs health /export/dfs

            Exit codes: 0 it is, 1 it is not.
            """);
        command.SetAction(parsed => Run(
            Invocation.BytesOf(parsed.GetRequiredValue(s_mountPoint)!), parsed.GetValue(s_live), AnswerTimeout.Of(parsed, timeout)));
        return command;
    }

    private static int Run(byte[] typed, bool live, TimeSpan timeout)
    {
        (bool healthy, string why) = Look(typed, live, timeout);
        Console.Out.WriteLine($"{(healthy ? "" : "not ")}{(live ? "live" : "ready")}: {why}");
        return healthy ? ExitCode.Ok : Unhealthy;
    }

    private static (bool Healthy, string Why) Look(byte[] typed, bool live, TimeSpan timeout)
    {
        try
        {
            KnownMirror mirror = KnownMirror.Ask(Mirrors.Find(typed, timeout), timeout);
            return mirror.Report is null ? (false, mirror.Trouble!)
                : live ? (true, $"the daemon (pid {mirror.Answer.Pid}) answers")
                : Readiness.Of(mirror.Report, mirror.ExitCode == ExitCode.Ok ? CommandReport.Ask(mirror.Mount.MountPoint, timeout) : null);
        }
        catch (CommandException e)
        {
            return WithoutMirror(typed, live, timeout) ?? (false, e.Message);
        }
    }

    /// <summary>Where nlinkfs run waits for its source, or mounts again, there is no mirror and nothing that its restart would help.</summary>
    private static (bool Healthy, string Why)? WithoutMirror(byte[] typed, bool live, TimeSpan timeout)
    {
        try
        {
            return CommandReport.Ask(Mirrors.Resolve(typed, timeout), timeout) is { } command
                ? (live, $"nlinkfs run (pid {command.SupervisorPid}) has not mounted it; its log says what it waits for")
                : null;
        }
        catch (CommandException)
        {
            return null;
        }
    }
}
