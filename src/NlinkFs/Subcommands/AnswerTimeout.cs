using System.CommandLine;

namespace NlinkFs.Subcommands;

/// <summary>--timeout of the commands that ask a daemon.</summary>
internal static class AnswerTimeout
{
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(5);

    internal static Option<TimeSpan> Option() => OptionKinds.Duration("--timeout", "How long to wait for the daemon's answer.", "5s");

    internal static TimeSpan Of(ParseResult parsed, Option<TimeSpan> option) => parsed.GetResult(option) is null ? s_usual : parsed.GetValue(option);
}
