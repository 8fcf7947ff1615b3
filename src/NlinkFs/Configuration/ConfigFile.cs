using System.Globalization;
using Tomlyn;
using Tomlyn.Parsing;

namespace NlinkFs.Configuration;

/// <summary>A TOML file of settings: one a line, by the long names of options, without tables.</summary>
internal static class ConfigFile
{
    /// <summary>All of its settings, known or not, in their order.</summary>
    /// <exception cref="CommandException">It cannot be read, or is not such a file.</exception>
    internal static List<Setting> Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--config {path}: cannot read it: {e.Message}", ExitCode.Usage);
        }
        catch (TomlException e)
        {
            (int? line, string what) = e.Diagnostics is [{ } first, ..] ? (first.Span.Start.Line + 1, first.Message) : (e.Line, e.Message);
            throw new CommandException(
                $"{path}{(line is null ? "" : string.Create(CultureInfo.InvariantCulture, $":{line}"))}: {what}",
                ExitCode.Usage,
                "a line is: name = \"text\", name = 5 or name = true; # begins a comment");
        }
    }

    private static List<Setting> Parse(string path, string text)
    {
        List<Setting> settings = [];
        string? name = null;
        string origin = path;
        TomlParser parser = TomlParser.Create(text);
        while (parser.MoveNext())
        {
            TomlParseEvent at = parser.Current;
            switch (at.Kind)
            {
                case TomlParseEventKind.StartDocument or TomlParseEventKind.EndDocument or TomlParseEventKind.EndTable:
                case TomlParseEventKind.StartTable when name is null:
                    break;
                case TomlParseEventKind.PropertyName:
                    name = parser.GetPropertyName();
                    origin = string.Create(CultureInfo.InvariantCulture, $"{path}:{at.Line}");
                    if (settings.Find(setting => setting.Name == name) is { } first)
                    {
                        throw new CommandException($"{origin}: {name} stands in {first.Origin} already", ExitCode.Usage);
                    }

                    break;
                case TomlParseEventKind.String:
                    settings.Add(new Setting(name!, parser.GetString() ?? "", origin));
                    break;
                case TomlParseEventKind.Boolean:
                    settings.Add(new Setting(name!, at.GetBoolean() ? "true" : "false", origin));
                    break;
                case TomlParseEventKind.Integer:
                    settings.Add(new Setting(name!, at.GetInt64().ToString(CultureInfo.InvariantCulture), origin));
                    break;
                case TomlParseEventKind.Float:
                    settings.Add(new Setting(name!, at.GetDouble().ToString(CultureInfo.InvariantCulture), origin));
                    break;
                default:
                    throw new CommandException($"{origin}: {name}: a text, a number, true or false is needed; there are no tables and lists", ExitCode.Usage);
            }
        }

        return settings;
    }
}
