using System.CommandLine;
using NlinkFs.Control;
using NlinkFs.Linux;
using NlinkFs.Mounting;

namespace NlinkFs.Subcommands;

/// <summary>nlinkfs status.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string?> s_mountPoint = Mirrors.Argument(optional: true);
    private static readonly Option<bool> s_json = new("--json") { Description = "For programs: the daemon's own answer; without MOUNTPOINT an array of them." };
    private static readonly Option<bool> s_watch = new("--watch", "-w") { Description = "Show it anew every second, until Ctrl-C." };

    internal static Command Create()
    {
        Option<TimeSpan> timeout = AnswerTimeout.Option();
        Command command = new("status", "Say how a mirror, its source and its daemon do. Answers when the source or the mirror hangs, too.")
        {
            s_mountPoint,
            s_json,
            s_watch,
            timeout,
        };
        HelpWithExamples.AddTo(command, """
            Examples:
              nlinkfs status
              nlinkfs status --watch /export/dfs
              nlinkfs status --json /export/dfs | jq -r .sourceState.state

            Exit codes: 0 the source is present, 1 not a mirror, 3 the source is lost or stalled, 4 the daemon does not answer. Of several
            mirrors the highest.
            """);
        command.SetAction(parsed => Run(parsed, AnswerTimeout.Of(parsed, timeout)));
        return command;
    }

    private static int Run(ParseResult parsed, TimeSpan timeout)
    {
        byte[]? typed = parsed.GetValue(s_mountPoint) is { } text ? Invocation.BytesOf(text) : null;
        bool json = parsed.GetValue(s_json);
        (string shown, int exitCode) = Look(typed, json, timeout);
        if (!parsed.GetValue(s_watch))
        {
            Console.Out.WriteLine(shown);
            return exitCode;
        }

        // Ctrl-C ends it as it ends any program.
        bool inPlace = !json && !Console.IsOutputRedirected;
        while (true)
        {
            Console.Out.WriteLine(inPlace ? $"\e[H\e[J{shown}" : shown);
            Thread.Sleep(TimeSpan.FromSeconds(1));
            try
            {
                (shown, _) = Look(typed, json, timeout);
            }
            catch (CommandException e) when (!json)
            {
                // It may come back.
                shown = e.Message;
            }
        }
    }

    private static (string Shown, int ExitCode) Look(byte[]? typed, bool json, TimeSpan timeout)
    {
        List<MountEntry> mounts = typed is null ? Mirrors.All() : [Mirrors.Find(typed, timeout)];
        IReadOnlyList<KnownMirror> mirrors = KnownMirror.AskAll(mounts, timeout);
        IEnumerable<string> texts = mirrors.Select(mirror => json ? mirror.ToJson() : StatusText.Of(mirror, DateTimeOffset.UtcNow));
        string shown = json
            ? typed is null ? $"[{string.Join(',', texts)}]" : texts.Single()
            : mirrors.Count == 0 ? "There are no mirrors." : string.Join("\n\n", texts);
        return (shown, mirrors.Max(mirror => (int?)mirror.ExitCode) ?? ExitCode.Ok);
    }
}
