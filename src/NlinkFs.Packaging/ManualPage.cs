using System.CommandLine;
using System.CommandLine.Help;

namespace NlinkFs.Packaging;

/// <summary>The man page of a command, made of what its --help is made of.</summary>
internal sealed class ManualPage
{
    private const string Section = "8";
    private const string Root = "nlinkfs";

    /// <summary>How mount(8) calls "nlinkfs mount".</summary>
    private const string HelperName = "mount.nlinkfs";

    private readonly Command _command;
    private readonly Roff _page;
    private readonly List<string> _others;

    private ManualPage(Command command, IEnumerable<Command> all, string version, DateTimeOffset date)
    {
        _command = command;
        _page = new Roff(NameOf(command), Section, $"NlinkFs {version}", date);
        _others = [.. all.Where(other => other != command).Select(NameOf)];
    }

    /// <summary>One page a command.</summary>
    internal static void WriteAll(string directory, string version, DateTimeOffset date)
    {
        RootCommand root = CommandLine.Root();
        List<Command> all = [root, .. root.Subcommands.Where(command => !command.Hidden)];
        foreach (Command command in all)
        {
            File.WriteAllText(Path.Combine(directory, $"{NameOf(command)}.{Section}"), new ManualPage(command, all, version, date).Write());
        }
    }

    private static string NameOf(Command command) => command is RootCommand ? Root : $"{Root}-{command.Name}";

    private string Write()
    {
        _page.Section("Name");
        _page.Text($"{NameOf(_command)}{(_command.Name == "mount" ? $", {HelperName}, mount.fuse.nlinkfs" : "")} - {Summary()}");
        WriteSynopsis();
        _page.Section("Description");
        foreach (string paragraph in Paragraphs(_command.Description))
        {
            _page.Paragraph(Flow(paragraph));
        }

        List<HelpBlock> blocks = HelpBlock.Split((_command.Options.OfType<HelpOption>().FirstOrDefault()?.Action as HelpWithExamples)?.Text ?? "");
        Write(blocks.Where(block => block.Title is null));
        WriteArguments();
        WriteOptions();
        WriteCommands();
        Write(blocks.Where(block => block.Title is not null));
        _page.Section("See also");
        _page.Line($"{string.Join(", ", _others.Select(name => $"{Roff.Bold(name)}({Section})"))}, {Roff.Bold("mount")}(8), {Roff.Bold("fuse")}(4)");
        return _page.ToString();
    }

    private void WriteSynopsis()
    {
        _page.Section("Synopsis");
        string name = Roff.Bold(_command is RootCommand ? Root : $"{Root} {_command.Name}");
        string arguments = _command.Subcommands.Count > 0
            ? $"{Roff.Italic("COMMAND")} [{Roff.Italic("ARGUMENTS")}]"
            : string.Join(' ', _command.Arguments.Where(argument => !argument.Hidden).Select(Synopsis));
        _page.Line($"{name} [{Roff.Italic("OPTIONS")}] {arguments}".TrimEnd());
    }

    private static string Synopsis(Argument argument)
    {
        // Several words that have to be there are a command of its own, and stand behind "--".
        bool many = argument.Arity.MaximumNumberOfValues > 1;
        string name = $"{(many && argument.Arity.MinimumNumberOfValues > 0 ? "\\-\\- " : "")}{Roff.Italic(argument.HelpName ?? argument.Name)}{(many ? " ..." : "")}";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private void WriteArguments()
    {
        List<Argument> arguments = [.. _command.Arguments.Where(argument => !argument.Hidden)];
        if (arguments.Count > 0)
        {
            _page.Section("Arguments");
            arguments.ForEach(argument => _page.Item(Roff.Italic(argument.HelpName ?? argument.Name), Flow(argument.Description)));
        }
    }

    private void WriteOptions()
    {
        _page.Section("Options");
        foreach (Option option in _command.Options.Where(option => !option.Hidden).OrderBy(option => option is HelpOption or VersionOption))
        {
            IEnumerable<string> names = option.Aliases.Append(option.Name).Where(name => name[0] == '-').Distinct().OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal);
            _page.Item($"{string.Join(", ", names.Select(Roff.Bold))}{ValueOf(option)}", Flow(option.Description));
        }
    }

    private static string ValueOf(Option option)
    {
        if (option.HelpName is not { } name)
        {
            return "";
        }

        const string Optional = "[=]";
        string value = string.Join('|', name.Replace(Optional, "", StringComparison.Ordinal).Split('|').Select(Roff.Italic));
        return name.StartsWith(Optional, StringComparison.Ordinal) ? $"[={value}]" : $" {value}";
    }

    private void WriteCommands()
    {
        List<Command> commands = [.. _command.Subcommands.Where(command => !command.Hidden)];
        if (commands.Count > 0)
        {
            _page.Section("Commands");
            commands.ForEach(command => _page.Item($"{Roff.Bold(NameOf(command))}({Section})", Flow(command.Description)));
        }
    }

    private void Write(IEnumerable<HelpBlock> blocks)
    {
        foreach (HelpBlock block in blocks)
        {
            if (block.Title is not null)
            {
                _page.Section(block.Title == "Exit codes" ? "Exit status" : block.Title);
            }

            if (block.IsLiteral)
            {
                _page.Literal(block.Lines);
            }
            else
            {
                _page.Paragraph(string.Join(' ', block.Lines));
            }
        }
    }

    /// <summary>The first sentence, or its beginning if that says enough, as the line that apropos(1) shows.</summary>
    private string Summary()
    {
        const int Enough = 30;
        string text = Flow(Paragraphs(_command.Description)[0]);
        int colon = text.IndexOf(": ", StringComparison.Ordinal);
        string summary = (colon > Enough ? text[..colon] : text).Split(". ")[0].TrimEnd('.');
        return $"{char.ToLowerInvariant(summary[0])}{summary[1..]}";
    }

    private static string[] Paragraphs(string? text) => (text ?? "").ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

    private static string Flow(string? text) => string.Join(' ', (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
