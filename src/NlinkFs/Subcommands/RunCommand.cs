using System.CommandLine;
using System.CommandLine.Parsing;
using NlinkFs.Control;
using NlinkFs.Metrics;
using NlinkFs.Mounting;
using NlinkFs.Supervision;
using Serilog;

namespace NlinkFs.Subcommands;

/// <summary>nlinkfs run: a container's entrypoint.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan s_usualStop = TimeSpan.FromSeconds(5);

    /// <summary>Files are still open only by others than the command, and a container has ten seconds to end.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    private static readonly MirrorArguments s_mirror = new(waitsByDefault: true);

    private static readonly Argument<string[]> s_command = new("COMMAND")
    {
        Description = "The program to run, found on PATH, and its arguments. It has to stay in the foreground.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<int> s_restarts = OptionKinds.Number(
        "--restarts", "Give up when COMMAND has ended within a minute of its start so often in a row; 0 never starts it again.", 5);

    private static readonly Option<TimeSpan> s_stopTimeout = OptionKinds.Duration(
        "--stop-timeout", "How long COMMAND may take to end after SIGTERM, before it is killed.", "5s");

    private static readonly Option<bool> s_private = new("--private")
    {
        Description = """
            Mount in a mount namespace of its own, where only COMMAND sees the mirror; as root. The source's mounts are still seen coming and
            going if they are made on a shared mount.
            """,
    };

    /// <summary>Its part that is about the mirror.</summary>
    internal static MirrorArguments Mirror => s_mirror;

    internal static Command Create()
    {
        Command command = new("run", "Mirror SOURCE at MOUNTPOINT and run COMMAND on it, for containers.");
        HelpWithExamples.AddTo(command, """
            Mounts when the source is there, and starts COMMAND when the mirror answers. When COMMAND ends it is started again, after 1 s, then
            2 s, up to 30 s. When the mirror ends, COMMAND is stopped, the mirror mounted again and COMMAND started again: a file server's
            clients would otherwise hold on to the old one. SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 are passed on to COMMAND; SIGTERM and SIGINT stop
            its process group, then unmount, within ten seconds; a second one kills it at once. As PID 1, and elsewhere for its descendants, it
            takes in orphans. With --log-format=json each line that COMMAND writes becomes an event of the log.

            Examples:
              nlinkfs run /mnt/dfs /export/dfs -- smbd --foreground --no-process-group --debug-stdout
              nlinkfs run --log-format=json --source-type=fuse.rclone --grace=2m /mnt/dfs /export/dfs -- smbd -F --no-process-group
              nlinkfs run --source-mount=false --restarts=0 /srv/media /export/media -- rsync -a /export/media/ backup:media

            Exit codes: 0 stopped by SIGTERM or SIGINT, 1 wrong usage, 2 system error, 32 the mount failed or ends again and again, 126 COMMAND
            cannot be executed, 127 it was not found; otherwise COMMAND's own when it is given up, 128 + N if signal N ended it.
            """);
        s_mirror.AddTo(command, s_restarts, s_stopTimeout, s_private);
        command.Arguments.Add(s_command);
        command.SetAction(parsed => Run(command, parsed));
        return command;
    }

    private static int Run(Command command, ParseResult parsed)
    {
        if (!parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash))
        {
            throw new CommandException("COMMAND stands behind \"--\"", ExitCode.Usage, "nlinkfs run SOURCE MOUNTPOINT -- COMMAND ARGUMENTS");
        }

        parsed = s_mirror.Complete(command, parsed, fromMount8: false, out KernelOptions kernel);
        if (parsed.GetValue(s_private))
        {
            PrivateNamespace.Enter();
        }

        using Serilog.Core.Logger log = LogSettings.Start(parsed);
        try
        {
            return Run(parsed, kernel, log);
        }
        catch (Exception e) when (e is CommandException or Server.MountException)
        {
            // Into the log, which may be all JSON.
            (int exitCode, string? hint) = e is CommandException ours ? (ours.ExitCode, ours.Hint) : (ExitCode.Mount, ((Server.MountException)e).Hint);
            log.Error("{Problem:l}{Hint:l}", e.Message, hint is null ? "" : $"; {hint}");
            return exitCode;
        }
    }

    private static int Run(ParseResult parsed, KernelOptions kernel, ILogger log)
    {
        MountPlan plan = s_mirror.Plan(parsed);
        using ServiceManager manager = new(log);
        MountService service = s_mirror.Service(parsed, plan, kernel, manager, log);
        service.Grace = s_grace;
        SupervisorOptions options = new(
            parsed.GetValue(s_restarts),
            parsed.GetResult(s_stopTimeout) is null ? s_usualStop : parsed.GetValue(s_stopTimeout),
            WrapOutput: LogSettings.IsJson(parsed));
        int exitCode;
        using (Supervisor supervisor = new(service, [.. parsed.GetRequiredValue(s_command).Select(Invocation.BytesOf)], options, log))
        using (ControlServer.TryStart(ControlSocket.NameOf(plan.MountPoint), new Dictionary<string, ControlCommand> { [CommandReport.Question] = supervisor.Answer }, log))
        {
            service.State.Command = supervisor.Report;
            using MetricsServer? metrics = s_mirror.StartMetrics(parsed, service, log);
            exitCode = supervisor.Run();
        }

        service.LeaveHangingSource();
        return exitCode;
    }
}
