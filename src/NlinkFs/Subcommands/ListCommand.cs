using System.CommandLine;
using System.Text.Json;
using NlinkFs.Control;

namespace NlinkFs.Subcommands;

/// <summary>nlinkfs list.</summary>
internal static class ListCommand
{
    private static readonly Option<bool> s_json = new("--json") { Description = "For programs: an array." };

    internal static Command Create()
    {
        Option<TimeSpan> timeout = AnswerTimeout.Option();
        Command command = new("list", "List the mirrors, one a line.")
        {
            s_json,
            timeout,
        };
        HelpWithExamples.AddTo(command, """
            Examples:
              nlinkfs list
              nlinkfs list --json | jq -r '.[] | select(.state != "present") | .mountPoint'

            STATE is the source's: present, lost or stalled; or, where the daemon gave no answer, dead (nobody listens), silent
            (it listens and does not answer in time) or refused (another user's).
            """);
        command.SetAction(parsed =>
        {
            IReadOnlyList<KnownMirror> mirrors = KnownMirror.AskAll(Mirrors.All(), AnswerTimeout.Of(parsed, timeout));
            Console.Out.WriteLine(parsed.GetValue(s_json)
                ? $"[{string.Join(',', mirrors.Select(mirror => JsonSerializer.Serialize(mirror.Listed(), ControlJson.Default.ListedMirror)))}]"
                : StatusText.Table(mirrors));
        });
        return command;
    }
}
