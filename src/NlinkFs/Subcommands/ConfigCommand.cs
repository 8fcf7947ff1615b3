using System.CommandLine;
using System.Text.Json;
using NlinkFs.Configuration;
using NlinkFs.Control;
using NlinkFs.Mounting;

namespace NlinkFs.Subcommands;

/// <summary>nlinkfs config show.</summary>
internal static class ConfigCommand
{
    private static readonly Argument<string[]> s_arguments = new("ARGUMENTS")
    {
        Description = "Any of nlinkfs mount, looked at by mount's own definition.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> s_json = new("--json") { Description = "For programs: an array." };
    private static readonly Option<bool> s_run = new("--run") { Description = "As nlinkfs run would have it, instead of nlinkfs mount." };

    internal static Command Create()
    {
        Argument<string> what = new("show") { Description = "The only thing there is to do." };
        what.AcceptOnlyFromAmong(what.Name);
        Command command = new("config", "Show what a mount would go by: each setting, its value, and where that comes from. Mounts nothing.")
        {
            what,
            s_arguments,
            s_run,
            s_json,
        };
        HelpWithExamples.AddTo(command, """
            The command line beats -o, which beats the environment, which beats the file.

            A configuration file is TOML: any long option of nlinkfs mount by its name, and source and mountpoint. The environment has the same
            names: NLINKFS_SOURCE, NLINKFS_ENTRY_TIMEOUT.

            Examples:
              nlinkfs config show --config /etc/nlinkfs/media.toml
              NLINKFS_GRACE=2m nlinkfs config show --run
              nlinkfs config show --entry-timeout 5s -o attr-timeout=5s

            Files:
              source = "/mnt/dfs"
              mountpoint = "/export/dfs"
              wait-source = true
              entry-timeout = "5s"

            Exit codes: 0 all is well, 1 something is wrong, which is told as mount would.
            """);
        command.SetAction(Show);
        return command;
    }

    private static int Show(ParseResult parsed)
    {
        bool run = parsed.GetValue(s_run);
        (Command command, MirrorArguments mirror) = run ? (RunCommand.Create(), RunCommand.Mirror) : (MountCommand.Create(), MountCommand.Mirror);
        MirrorConfiguration configuration = new(command, mirror, parsed.GetValue(s_arguments) ?? []);
        ShownSetting[] settings = [.. configuration.Show()];

        // What is typed may be wrong as well.
        string[] missing = settings[0].Value is null || settings[1].Value is null ? ["/", "/"] : [];
        string[] rest = run ? ["--", "COMMAND"] : [];
        ParseResult whole = command.Parse([.. configuration.CommandLine(), .. missing, .. rest]);
        if (whole.Errors.Count > 0)
        {
            throw new CommandException(whole.Errors[^1].Message, ExitCode.Usage, $"see nlinkfs {command.Name} --help");
        }

        Console.Out.WriteLine(parsed.GetValue(s_json)
            ? $"[{string.Join(',', settings.Select(setting => JsonSerializer.Serialize(setting, ControlJson.Default.ShownSetting)))}]"
            : TextTable.Of([["SETTING", "VALUE", "FROM"], .. settings.Select(setting => (string[])[setting.Name, setting.Value ?? "-", setting.From])]));
        return ExitCode.Ok;
    }
}
