using System.CommandLine;
using System.CommandLine.Parsing;
using NlinkFs.Mounting;
using NlinkFs.Subcommands;

namespace NlinkFs.Configuration;

/// <summary>
/// The settings of a mirror from all places, for one command that makes one: the command line beats -o, that the environment, that the file.
/// What the options are is for the command to say; the file and the environment know no others.
/// </summary>
internal sealed class MirrorConfiguration
{
    internal const string SourceName = "source";
    internal const string MountPointName = "mountpoint";
    private const string ConfigName = "config";

    private readonly Command _command;
    private readonly MirrorArguments _mirror;
    private readonly string[] _before;
    private readonly string[] _after;
    private readonly ParseResult _typed;
    private readonly List<string> _inO;
    private readonly List<Setting> _settings = [];

    /// <summary>Reads all of them.</summary>
    /// <param name="command">The command.</param>
    /// <param name="mirror">Its part that is about the mirror.</param>
    /// <param name="args">What stands behind the command's name.</param>
    /// <exception cref="CommandException">Something in the file or the environment is wrong.</exception>
    internal MirrorConfiguration(Command command, MirrorArguments mirror, string[] args)
    {
        (_command, _mirror) = (command, mirror);
        int end = Array.IndexOf(args, "--");
        (_before, _after) = end < 0 ? (args, []) : (args[..end], args[end..]);
        _typed = command.Parse(_before);
        _inO = [];
        if (_typed.Errors.Any(error => error.SymbolResult is OptionResult))
        {
            // What was typed is told to be wrong before all else, when it is parsed as a whole.
            return;
        }

        _inO = mirror.InO(command, _typed);
        List<Setting> environment = EnvironmentSettings.Read();
        string? file = mirror.ConfigFile(_typed) ?? InO(ConfigName) ?? environment.Find(setting => setting.Name == ConfigName)?.Value;
        _ = environment.RemoveAll(setting => setting.Name == ConfigName);
        List<Setting> all = file is null ? environment : [.. environment, .. ConfigFile.Read(file)];
        foreach (Setting setting in all)
        {
            if (Check(setting) is { } known && _settings.TrueForAll(other => other.Name != setting.Name))
            {
                _settings.Add(known);
            }
        }
    }

    /// <summary>The whole command line: what stands elsewhere, and is not overridden, added to what was typed.</summary>
    internal string[] CommandLine()
    {
        IEnumerable<string> options = _settings
            .Where(setting => OptionOf(setting.Name) is { } option && !IsGiven(option))
            .Select(setting => $"--{setting.Name}={setting.Value}");
        List<string> paths = [];
        if (_mirror.PathsGiven(_typed)[0] is null)
        {
            paths.AddRange(_settings.Where(setting => setting.Name is SourceName or MountPointName).OrderBy(setting => setting.Name == MountPointName).Select(setting => PathOf(setting.Value)));
        }

        return [.. options, .. _before, .. paths, .. _after];
    }

    /// <summary>All there is to set, what it is, and where that comes from.</summary>
    internal IEnumerable<ShownSetting> Show()
    {
        string?[] paths = _mirror.PathsGiven(_typed);
        yield return Show(SourceName, paths[0]);
        yield return Show(MountPointName, paths[1]);
        foreach (Option option in _command.Options.Where(option => NameOf(option) is not (null or ConfigName)))
        {
            string name = NameOf(option)!;
            yield return _typed.GetResult(option) is { Implicit: false } result ? new ShownSetting { Name = name, Value = TextOf(result), From = "command line" }
                : InO(name) is { } value ? new ShownSetting { Name = name, Value = value, From = "-o" }
                : Find(name) is { } setting ? new ShownSetting { Name = name, Value = setting.Value, From = setting.Origin }
                : new ShownSetting { Name = name, Value = (option as IUsual)?.Usual ?? (option.ValueType == typeof(bool) ? "false" : null), From = "default" };
        }
    }

    /// <summary>The name of an option in a file; null for one that cannot stand there.</summary>
    private static string? NameOf(Option option) => option.Hidden || option is System.CommandLine.Help.HelpOption
        ? null
        : ((string[])[option.Name, .. option.Aliases]).FirstOrDefault(name => name.StartsWith("--", StringComparison.Ordinal))?[2..];

    private static string TextOf(OptionResult result) => result.Tokens.Count == 0 ? "true" : string.Join(',', result.Tokens.Select(token => token.Value));

    /// <summary>A path of a file is never taken for an option.</summary>
    private static string PathOf(string value) => value.StartsWith('-') ? $"./{value}" : value;

    private ShownSetting Show(string name, string? typed) => typed is not null ? new ShownSetting { Name = name, Value = typed, From = "command line" }
        : Find(name) is { } setting ? new ShownSetting { Name = name, Value = setting.Value, From = setting.Origin }
        : new ShownSetting { Name = name, From = "not set" };

    private Setting? Find(string name) => _settings.Find(setting => setting.Name == name);

    /// <summary>A file does not name another one.</summary>
    private Option? OptionOf(string name) => name == ConfigName ? null : _command.Options.FirstOrDefault(option => NameOf(option) == name);

    private bool IsGiven(Option option) => _typed.GetResult(option) is { Implicit: false } || InO(NameOf(option)!) is not null;

    private string? InO(string name) => _inO.FirstOrDefault(own => own == $"--{name}") is not null ? "true"
        : _inO.LastOrDefault(own => own.StartsWith($"--{name}=", StringComparison.Ordinal))?[(name.Length + 3)..];

    /// <summary>A setting as the command line has it; null when it is another command's.</summary>
    private Setting? Check(Setting setting)
    {
        if (setting.Name is SourceName or MountPointName)
        {
            return setting.Value.Length > 0 ? setting : throw new CommandException($"{setting.Origin}: {setting.Name}: a path is needed", ExitCode.Usage);
        }

        if (OptionOf(setting.Name) is not { } option)
        {
            HashSet<string> known = [SourceName, MountPointName, .. new[] { MountCommand.Create(), RunCommand.Create() }.SelectMany(command => command.Options).Select(NameOf).OfType<string>()];
            _ = known.Remove(ConfigName);
            return known.Contains(setting.Name) ? null : throw Unknown(setting, known);
        }

        Setting meant = setting with { Value = OutageSettings.Meant(setting.Name, option.ValueType == typeof(bool) ? Boolean(setting) : setting.Value) };
        ParseError? wrong = _command.Parse([$"--{meant.Name}={meant.Value}"]).Errors.FirstOrDefault(error => (error.SymbolResult as OptionResult)?.Option == option);
        return wrong is null ? meant : throw new CommandException($"{setting.Origin}: {wrong.Message.TrimStart('-')}", ExitCode.Usage, $"see nlinkfs {_command.Name} --help");
    }

    private static string Boolean(Setting setting) => setting.Value.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "1" => "true",
        "false" or "no" or "off" or "0" => "false",
        _ => throw new CommandException($"{setting.Origin}: {setting.Name} {setting.Value}: true or false is needed", ExitCode.Usage),
    };

    private static CommandException Unknown(Setting setting, IEnumerable<string> known)
    {
        bool isVariable = setting.Origin == EnvironmentSettings.VariableOf(setting.Name);
        string? nearest = Values.Nearest(setting.Name, known);
        return new CommandException(
            isVariable ? $"{setting.Origin} in the environment: no such setting" : $"{setting.Origin}: {setting.Name}: no such setting",
            ExitCode.Usage,
            nearest is null ? "nlinkfs config show lists them" : $"did you mean {(isVariable ? EnvironmentSettings.VariableOf(nearest) : nearest)}?");
    }
}
