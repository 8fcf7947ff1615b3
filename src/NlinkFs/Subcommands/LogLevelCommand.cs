using System.CommandLine;
using NlinkFs.Control;
using NlinkFs.Mounting;

namespace NlinkFs.Subcommands;

/// <summary>nlinkfs log-level.</summary>
internal static class LogLevelCommand
{
    private static readonly Argument<string?> s_mountPoint = Mirrors.Argument(optional: false);

    private static readonly Argument<string?> s_level = new("LEVEL")
    {
        Description = $"{string.Join(", ", LogSettings.Levels)}. Without it, show which is in force.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    internal static Command Create()
    {
        Option<TimeSpan> timeout = AnswerTimeout.Option();
        Command command = new("log-level", "Show how much a mirror logs, or change it until it ends.")
        {
            s_mountPoint,
            s_level,
            timeout,
        };
        s_level.AcceptOnlyFromAmong(LogSettings.Levels);
        HelpWithExamples.AddTo(command, """
            Examples:
              nlinkfs log-level /export/dfs
              nlinkfs log-level /export/dfs debug

            Exit codes: 0 shown or changed, 1 not a mirror, 4 the daemon does not answer, or refuses.
            """);
        command.SetAction(parsed => Run(parsed, AnswerTimeout.Of(parsed, timeout)));
        return command;
    }

    private static int Run(ParseResult parsed, TimeSpan timeout)
    {
        LogLevelReport report = MirrorDaemon.Tell(
            Mirrors.Find(Invocation.BytesOf(parsed.GetRequiredValue(s_mountPoint)!), timeout),
            $"{LogLevelReport.Question} {parsed.GetValue(s_level)}",
            timeout,
            ControlJson.Default.LogLevelReport);
        Console.Out.WriteLine(StatusText.Clean(report.Level));
        if (report.GoesNowhere)
        {
            Console.Error.WriteLine("nlinkfs: nobody sees this log: the mirror runs in the background, without --log-file");
        }

        return ExitCode.Ok;
    }
}
