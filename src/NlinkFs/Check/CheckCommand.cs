using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NlinkFs.Check.Machine;
using NlinkFs.Mounting;

namespace NlinkFs.Check;

/// <summary>nlinkfs check.</summary>
internal static class CheckCommand
{
    private static readonly TimeSpan s_usualLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_usuallyApart = TimeSpan.FromSeconds(3);

    private static readonly Argument<string?> s_path = new("PATH")
    {
        Description = "A mounted file system, or a directory of one; without it, the machine.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> s_json = new("--json") { Description = "For programs: the report as one object." };
    private static readonly Option<TimeSpan> s_limit = OptionKinds.Duration("--timeout", "When to report what has been seen, though it is not all.", "30s");
    private static readonly Option<TimeSpan> s_apart = OptionKinds.Duration(
        "--apart", "The time between two looks at the same entry; more than the file system lets the kernel keep a name.", "3s");

    private static readonly Option<int?> s_examine = new(CheckProcess.Option) { Hidden = true };

    internal static Command Create()
    {
        s_path.Validators.Add(result =>
        {
            // The library takes an option it does not know for the argument.
            if (result.Tokens is [{ Value: ['-', ..] option }])
            {
                result.AddError($"{option}: no such option");
            }
        });
        Command command = new("check", "Say what is wrong with a mount before it is exported, and what of it a mirror cures. Only reads. Without PATH: whether mirrors can be mounted here.")
        {
            s_path,
            s_json,
            s_limit,
            s_apart,
            s_examine,
        };
        HelpWithExamples.AddTo(command, """
            Examples:
              nlinkfs check /mnt/dfs                      a source, or a mirror of it
              nlinkfs check                               kernel, /dev/fuse, privileges, limits, smbd
              nlinkfs check --json /mnt/dfs | jq -r '.findings[] | select(.severity == "error") | .id'

            It looks at up to 1000 entries of up to 100 directories, twice, and reads the beginning of eight files. What hangs is itself a
            finding, and does not keep the command from ending.
            "ok" is as it should be; a "note" is good to know; a "warning" somebody will notice; with an "error" servers or clients fail.

            Exit codes: 0 clean, 10 there are warnings or errors, and a mirror has none of them, 11 a mirror would still have some.
            """);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        bool json = parsed.GetValue(s_json);
        if (parsed.GetValue(s_path) is not { } typed)
        {
            return Print(MachineChecks.Judge(MachineFacts.Gather()), json);
        }

        if (parsed.GetValue(s_examine) is null)
        {
            return CheckProcess.Run();
        }

        TimeSpan limit = parsed.GetResult(s_limit) is null ? s_usualLimit : parsed.GetValue(s_limit);
        Examination examination = new(Invocation.BytesOf(typed), limit, parsed.GetResult(s_apart) is null ? s_usuallyApart : parsed.GetValue(s_apart));
        bool progress = !Console.IsErrorRedirected;
        examination.Run(text =>
        {
            if (progress)
            {
                Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r\e[K{examination.Elapsed.TotalSeconds:0} s of {limit.TotalSeconds:0} s: {text[..Math.Min(text.Length, 60)]}"));
            }
        });
        Console.Error.Write(progress ? "\r\e[K" : "");
        int exitCode = Print(SourceChecks.Judge(examination), json);
        CheckProcess.End(exitCode);
        return exitCode;
    }

    private static int Print(CheckReport report, bool json)
    {
        Console.Out.WriteLine(json ? JsonSerializer.Serialize(report, CheckJson.Default.CheckReport) : CheckText.Of(report));
        return report.ExitCode;
    }
}
