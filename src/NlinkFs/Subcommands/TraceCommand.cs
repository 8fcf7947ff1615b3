using System.CommandLine;
using System.Globalization;
using NlinkFs.Control;
using NlinkFs.Linux;
using NlinkFs.Mounting;

namespace NlinkFs.Subcommands;

/// <summary>nlinkfs trace.</summary>
internal static class TraceCommand
{
    private static readonly Argument<string?> s_mountPoint = Mirrors.Argument(optional: false);
    private static readonly Option<TimeSpan> s_slow = OptionKinds.Duration("--slow", "Show only requests that took at least so long, once they are answered.", "0, all");
    private static readonly Option<int> s_count = OptionKinds.Number("--count", "End after N answers; 0 never.", 0);

    internal static Command Create()
    {
        Option<TimeSpan> timeout = AnswerTimeout.Option();
        Command command = new("trace", "Follow a mirror's requests live, without a restart.")
        {
            s_mountPoint,
            s_slow,
            s_count,
            timeout,
        };
        HelpWithExamples.AddTo(command, """
            A line "rx" for each request and "tx" for its answer with the time it took; names escaped, payloads cut. What the kernel answers from
            its own memory, or reads itself with passthrough, is not seen. Costs nothing while nobody follows, and a follower who is too slow
            slows nobody: he misses lines and is told how many.

            Examples:
              nlinkfs trace /export/dfs
              nlinkfs trace --slow 1s /export/dfs
              nlinkfs trace --count 100 /export/dfs | grep LOOKUP

            Exit codes: 0 all N shown, 1 not a mirror, 4 the mirror has ended, or its daemon does not answer or refuses. Ctrl-C ends it.
            """);
        command.SetAction(parsed => Run(parsed, AnswerTimeout.Of(parsed, timeout)));
        return command;
    }

    private static int Run(ParseResult parsed, TimeSpan timeout)
    {
        MountEntry mirror = Mirrors.Find(Invocation.BytesOf(parsed.GetRequiredValue(s_mountPoint)!), timeout);
        int left = parsed.GetValue(s_count);
        bool isCounted = left > 0;
        bool hasBegun = false;
        string line = string.Create(CultureInfo.InvariantCulture, $"{TraceReport.Question} {parsed.GetValue(s_slow).TotalMilliseconds}");
        ControlAnswer answer = ControlClient.Follow(mirror, line, timeout, document =>
        {
            TraceReport? report = MirrorDaemon.Read(mirror, new ControlAnswer(AnswerKind.Answered, 0, document), ControlJson.Default.TraceReport);
            if (!hasBegun)
            {
                hasBegun = true;
                Console.Error.WriteLine($"nlinkfs: following {Printable.Escape(mirror.MountPoint)}; Ctrl-C ends it");
            }

            foreach (string shown in report?.Lines ?? [])
            {
                Console.Out.WriteLine(StatusText.Clean(shown));
                left -= shown.StartsWith("tx", StringComparison.Ordinal) ? 1 : 0;
                if (isCounted && left == 0)
                {
                    return false;
                }
            }

            return true;
        });
        return isCounted && left == 0 ? ExitCode.Ok
            : answer.Kind == AnswerKind.Answered ? throw new CommandException($"{Printable.Escape(mirror.MountPoint)}: the mirror has ended", ExitCode.NoAnswer)
            : throw MirrorDaemon.Trouble(mirror, answer, null);
    }
}
