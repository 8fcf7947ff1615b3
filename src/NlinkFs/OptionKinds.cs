using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace NlinkFs;

/// <summary>The kinds of options there are, with errors that say in one line what is needed.</summary>
internal static class OptionKinds
{
    internal static Option<TimeSpan> Duration(string name, string description, string otherwise) => new UsualOption<TimeSpan>(name, ValueIn(otherwise))
    {
        HelpName = "TIME",
        Description = $"{description} 30s, 500ms, 0; default {otherwise}.",
        CustomParser = result =>
        {
            if (!Values.TryParseDuration(result.Tokens[0].Value, out TimeSpan duration))
            {
                result.AddError($"{name} {result.Tokens[0].Value}: a duration such as 30s, 500ms or 0 is needed");
            }

            return duration;
        },
    };

    internal static Option<long> Size(string name, string description, string otherwise) => new UsualOption<long>(name, ValueIn(otherwise))
    {
        HelpName = "SIZE",
        Description = $"{description} 128K, 1M, 0; default {otherwise}.",
        CustomParser = result =>
        {
            if (!Values.TryParseSize(result.Tokens[0].Value, out long size))
            {
                result.AddError($"{name} {result.Tokens[0].Value}: a size such as 128K or 1M is needed");
            }

            return size;
        },
    };

    internal static Option<int> Number(string name, string description, int usual) => new UsualOption<int>(name, usual.ToString(CultureInfo.InvariantCulture))
    {
        HelpName = "N",
        Description = description,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            if (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            {
                result.AddError($"{name} {result.Tokens[0].Value}: a number is needed");
            }

            return count;
        },
    };

    internal static Option<string> Choice(string name, string description, params string[] values)
    {
        Option<string> option = new UsualOption<string>(name, values[0]) { HelpName = string.Join('|', values), Description = $"{description} Default {values[0]}." };
        option.CompletionSources.Add(values);
        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens.Where(token => !values.Contains(token.Value)))
            {
                result.AddError($"{name} {token.Value}: it is one of {string.Join(", ", values)}");
            }
        });
        return option;
    }

    /// <summary>"0, never" is 0.</summary>
    private static string ValueIn(string otherwise) => otherwise.Split(',')[0];
}

/// <summary>Says what holds without an option.</summary>
internal interface IUsual
{
    /// <summary>As on the command line.</summary>
    string Usual { get; }
}

/// <summary>An option that says what holds without it.</summary>
internal sealed class UsualOption<T>(string name, string usual) : Option<T>(name), IUsual
{
    public string Usual => usual;
}
