using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace NlinkFs;

/// <summary>The library's help, and behind it what teaches more than a list: examples, exit codes. A list of commands shows only their one line.</summary>
internal sealed class HelpWithExamples(HelpAction help, string text) : SynchronousCommandLineAction
{
    /// <summary>What stands behind the list of options.</summary>
    internal string Text => text;

    public override int Invoke(ParseResult parseResult)
    {
        int result = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(text);
        return result;
    }

    /// <summary>Gives a command its text. A subcommand inherits the root's help option and so needs one of its own.</summary>
    internal static void AddTo(Command command, string text)
    {
        HelpOption? option = command.Options.OfType<HelpOption>().FirstOrDefault();
        if (option is null)
        {
            option = new HelpOption();
            command.Options.Add(option);
        }

        option.Action = new HelpWithExamples((HelpAction)option.Action!, text);
    }
}
