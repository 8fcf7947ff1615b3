using System.CommandLine;
using System.CommandLine.Parsing;
using NlinkFs.Mirror;

namespace NlinkFs;

/// <summary>nlinkfs mount.</summary>
internal static class MountCommand
{
    /// <summary>mount(8)'s -f: do everything but mount.</summary>
    internal const string FakeOption = "--fake";

    private static readonly MountSettings s_settings = new();
    private static readonly OutageSettings s_outages = new();

    private static readonly Argument<string> s_source = new("SOURCE") { Description = "The directory to mirror, usually a FUSE mount." };

    private static readonly Argument<string> s_mountPoint = new("MOUNTPOINT") { Description = "An existing directory to show the mirror at." };

    private static readonly Option<string[]> s_options = new("-o", "--options")
    {
        HelpName = "OPT,OPT",
        Description = """
            Mount options as for mount(8): ro, noatime, noexec, fsname=NAME, max_read=SIZE, allow_other, default_permissions, nofail,
            _netdev, x-*; and all long options here as name=value. As root, allow_other and default_permissions are on: a file server
            acts as other users, and the kernel then checks their permissions against the modes shown.
            """,
        AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<bool> s_foreground = new("-f", "--foreground") { Description = "Stay in the foreground until unmounted or stopped." };

    private static readonly Option<bool> s_over = new("--over")
    {
        Description = """
            Cover the source with its mirror: SOURCE and MOUNTPOINT are the same. Any umount of that path, the source's own at its exit
            or start included, then takes the mirror down first; and a source mounted anew covers the mirror.
            """,
    };

    private static readonly Option<bool> s_trace = new("--trace") { Description = "Log each request and each answer." };
    private static readonly Option<bool> s_helper = new(Invocation.HelperOption) { Hidden = true };
    private static readonly Option<bool> s_fake = new(FakeOption) { Hidden = true };

    internal static Command Create()
    {
        Command command = new("mount", "Mirror SOURCE at MOUNTPOINT, read-only. Returns when the mirror answers, or failed.")
        {
            s_source,
            s_mountPoint,
            s_options,
            s_foreground,
            s_over,
        };
        HelpWithExamples.AddTo(command, """
            Examples:
              nlinkfs mount /mnt/dfs /export/dfs
              nlinkfs mount -o noatime,entry-timeout=5s /mnt/dfs /export/dfs
              nlinkfs mount --force-user media --perms a=rX /mnt/dfs /export/dfs
              nlinkfs mount --wait-source --grace 2m /mnt/dfs /export/dfs
              mount -t fuse.nlinkfs -o ro /mnt/dfs /export/dfs
              fstab: /mnt/dfs /export/dfs fuse.nlinkfs ro,noauto,nofail,_netdev 0 0

            Exit codes: 0 mounted, 1 wrong usage, 2 system error, 32 the mount failed.
            """);
        foreach (Option option in s_settings.Options.Concat(s_outages.Options).Concat(LogSettings.Options))
        {
            command.Options.Add(option);
        }

        command.Validators.Add(RefuseUnknownOptions);
        command.Options.Add(s_trace);
        command.Options.Add(s_helper);
        command.Options.Add(s_fake);
        command.SetAction(parsed => Run(command, parsed));
        return command;
    }

    /// <summary>The library takes an option it does not know for the first argument.</summary>
    private static void RefuseUnknownOptions(CommandResult result)
    {
        if (result.GetResult(s_source)?.Tokens is [{ Value: ['-', ..] first }, ..])
        {
            string? nearest = Values.Nearest(first, OwnNames().Select(name => $"--{name}"));
            result.AddError($"{first}: no such option{(nearest is null ? "" : $"; did you mean {nearest}?")}");
        }
    }

    private static int Run(Command command, ParseResult parsed)
    {
        bool fromMount8 = parsed.GetValue(s_helper);
        KernelOptions kernel = KernelOptions.Parse(parsed.GetValue(s_options) ?? [], OwnNames(), fromMount8, out List<string> own);
        if (own.Count > 0)
        {
            // Our own options inside -o are read as if they stood on the command line, where they are checked.
            ParseResult all = command.Parse(OutageSettings.Complete([.. WithoutCommandName(parsed), .. own]));
            if (all.Errors.Count > 0)
            {
                throw new CommandException($"-o {all.Errors[^1].Message.TrimStart('-')}", ExitCode.Usage, "see nlinkfs mount --help");
            }

            parsed = all;
        }

        if (parsed.GetValue(s_trace) && !parsed.GetValue(s_foreground) && LogSettings.FileOf(parsed) is null)
        {
            throw new CommandException("--trace: a mount in the background has nowhere to write it", ExitCode.Usage, "add --log-file FILE or --foreground");
        }

        MountPlan plan = MountPlan.Make(
            Invocation.BytesOf(parsed.GetRequiredValue(s_source)), Invocation.BytesOf(parsed.GetRequiredValue(s_mountPoint)), parsed.GetValue(s_over), s_outages.Wait(parsed) is not null);
        if (parsed.GetValue(s_fake))
        {
            return ExitCode.Ok;
        }

        return parsed.GetValue(s_foreground) || Background.IsChild
            ? Serve(parsed, plan, kernel)
            : Background.Start();
    }

    private static int Serve(ParseResult parsed, MountPlan plan, KernelOptions kernel)
    {
        using Serilog.Core.Logger log = LogSettings.Start(parsed);
        MirrorOptions options = s_outages.Read(parsed, s_settings.Read(parsed), isCovered: parsed.GetValue(s_over));
        MountService service = new(plan, kernel, options, s_outages.Deadlines(parsed), log)
        {
            Wait = s_outages.Wait(parsed),
            Trace = parsed.GetValue(s_trace),
            ReadAhead = s_settings.ReadAhead(parsed),
            LogsToFile = LogSettings.FileOf(parsed) is not null,
        };
        return service.Run();
    }

    private static List<string> OwnNames() =>
        [.. s_settings.Options.Concat(s_outages.Options).Concat(LogSettings.Options).Append(s_trace).Append(s_over).Append(s_foreground).SelectMany(option => new[] { option.Name }.Concat(option.Aliases))
            .Where(name => name.StartsWith("--", StringComparison.Ordinal)).Select(name => name[2..])];

    private static IEnumerable<string> WithoutCommandName(ParseResult parsed) =>
        parsed.Tokens.Where(token => token.Type != TokenType.Command).Select(token => token.Value);
}
