using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using NlinkFs.Metrics;
using NlinkFs.Mirror;
using NlinkFs.Supervision;
using Serilog;

namespace NlinkFs.Mounting;

/// <summary>What the commands that mount have in common: source, mount point, -o and all options of a mirror.</summary>
/// <param name="waitsByDefault">Whether the source is waited for, and has to be a mount, unless the command line says otherwise.</param>
internal sealed class MirrorArguments(bool waitsByDefault)
{
    private readonly MountSettings _settings = new();
    private readonly OutageSettings _outages = new(waitsByDefault);

    private readonly Argument<string> _source = new("SOURCE") { Description = "The directory to mirror, usually a FUSE mount." };

    private readonly Argument<string> _mountPoint = new("MOUNTPOINT") { Description = "An existing directory to show the mirror at." };

    private readonly Option<string[]> _options = new("-o", "--options")
    {
        HelpName = "OPT,OPT",
        Description = """
            Mount options as for mount(8): ro, noatime, noexec, fsname=NAME, max_read=SIZE, allow_other, default_permissions, nofail,
            _netdev, x-*; and all long options here as name=value. As root, allow_other and default_permissions are on: a file server
            acts as other users, and the kernel then checks their permissions against the modes shown.
            """,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string?> _config = new("--config")
    {
        HelpName = "FILE",
        Description = """
            A TOML file with source, mountpoint and long options by name, such as entry-timeout = "5s". Each of them can also be in the
            environment, as NLINKFS_SOURCE or NLINKFS_ENTRY_TIMEOUT. The command line beats -o, the environment and the file, in this order.
            """,
    };

    private readonly Option<bool> _over = new("--over")
    {
        Description = """
            Cover the source with its mirror: SOURCE and MOUNTPOINT are the same. Any umount of that path, the source's own at its exit
            or start included, then takes the mirror down first; and a source mounted anew covers the mirror.
            """,
    };

    private readonly Option<EndPoint?> _metrics = MetricsEndpoint.Option();

    private readonly Option<bool> _trace = new("--trace") { Description = "Log each request and each answer." };

    /// <summary>Gives a command all of it, with options of its own in between.</summary>
    internal void AddTo(Command command, params Option[] own)
    {
        command.Arguments.Add(_source);
        command.Arguments.Add(_mountPoint);
        foreach (Option option in (Option[])[_config, _options, .. own, _over, .. _settings.Options, .. _outages.Options, .. LogSettings.Options, _metrics, _trace])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result => RefuseUnknownOptions(command, result));
    }

    /// <summary>Reads -o: what in it are long options of ours is parsed as if it stood on the command line, where it is checked.</summary>
    internal ParseResult Complete(Command command, ParseResult parsed, bool fromMount8, out KernelOptions kernel)
    {
        kernel = KernelOptions.Parse(parsed.GetValue(_options) ?? [], OwnNames(command), fromMount8, out List<string> own);
        if (own.Count == 0)
        {
            return parsed;
        }

        ParseResult all = command.Parse([.. OutageSettings.Complete([.. own]), .. WithoutCommandName(parsed)]);
        return all.Errors.Count == 0
            ? all
            : throw new CommandException($"-o {all.Errors[^1].Message.TrimStart('-')}", ExitCode.Usage, $"see nlinkfs {command.Name} --help");
    }

    /// <summary>The configuration file that the command line names, or null.</summary>
    internal string? ConfigFile(ParseResult parsed) => parsed.GetValue(_config);

    /// <summary>The long options in -o, as on the command line.</summary>
    internal List<string> InO(Command command, ParseResult parsed)
    {
        _ = KernelOptions.Parse(parsed.GetValue(_options) ?? [], OwnNames(command), fromMount8: true, out List<string> own);
        return own;
    }

    /// <summary>SOURCE and MOUNTPOINT as typed, null where they are not.</summary>
    internal string?[] PathsGiven(ParseResult parsed) =>
        [.. ((Argument<string>[])[_source, _mountPoint]).Select(argument => parsed.GetResult(argument) is { Tokens: [{ Value: var value }, ..] } ? value : null)];

    /// <summary>Whether each request is logged.</summary>
    internal bool Trace(ParseResult parsed) => parsed.GetValue(_trace);

    /// <summary>Begins to serve the metrics of a service; null when nobody wants them.</summary>
    internal MetricsServer? StartMetrics(ParseResult parsed, MountService service, ILogger log) =>
        MetricsServer.Start(parsed.GetValue(_metrics), service.State, log);

    /// <summary>Where from and where to.</summary>
    internal MountPlan Plan(ParseResult parsed) => MountPlan.Make(
        Invocation.BytesOf(parsed.GetRequiredValue(_source)),
        Invocation.BytesOf(parsed.GetRequiredValue(_mountPoint)),
        parsed.GetValue(_over),
        _outages.Wait(parsed) is not null);

    /// <summary>The service that mounts as asked for.</summary>
    internal MountService Service(ParseResult parsed, MountPlan plan, KernelOptions kernel, ServiceManager manager, ILogger log)
    {
        MirrorOptions options = _outages.Read(parsed, _settings.Read(parsed), isCovered: parsed.GetValue(_over));
        return new MountService(plan, kernel, options, _outages.Deadlines(parsed), log)
        {
            Manager = manager,
            Wait = _outages.Wait(parsed),
            Trace = Trace(parsed),
            ReadAhead = _settings.ReadAhead(parsed),
        };
    }

    /// <summary>The library takes an option it does not know for the first argument.</summary>
    private void RefuseUnknownOptions(Command command, CommandResult result)
    {
        if (result.GetResult(_source)?.Tokens is [{ Value: ['-', ..] first }, ..])
        {
            string? nearest = Values.Nearest(first, OwnNames(command).Select(name => $"--{name}"));
            result.AddError($"{first}: no such option{(nearest is null ? "" : $"; did you mean {nearest}?")}");
        }
    }

    /// <summary>Names of the options that may stand in -o, without dashes.</summary>
    private List<string> OwnNames(Command command) =>
        [.. command.Options.Where(option => option != _options && !option.Hidden && option is not System.CommandLine.Help.HelpOption)
            .SelectMany(option => new[] { option.Name }.Concat(option.Aliases))
            .Where(name => name.StartsWith("--", StringComparison.Ordinal)).Select(name => name[2..])];

    private static IEnumerable<string> WithoutCommandName(ParseResult parsed) =>
        parsed.Tokens.Where(token => token.Type != TokenType.Command).Select(token => token.Value);
}
