using System.CommandLine;
using System.Text;
using NlinkFs.Linux;
using NlinkFs.Mounting;
using NlinkFs.Supervision;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace NlinkFs;

/// <summary>Where the log goes and how it looks: standard error, a line an event, or JSON.</summary>
internal static class LogSettings
{
    private const string Template = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>The names of the levels, the usual one first.</summary>
    internal static readonly string[] Levels = ["information", "verbose", "debug", "warning", "error"];

    private static readonly Option<string> s_level = OptionKinds.Choice("--log-level", "How much is logged.", Levels);

    private static readonly Option<string> s_format = OptionKinds.Choice("--log-format", "How a line looks.", "text", "json");

    private static readonly Option<string> s_file = new("--log-file")
    {
        HelpName = "FILE",
        Description = "Append the log to FILE. Without it a mount in the background is silent once it answers.",
    };

    internal static IEnumerable<Option> Options => [s_level, s_format, s_file];

    /// <summary>How much is logged now; may be changed at any time.</summary>
    internal static LoggingLevelSwitch Level { get; } = new();

    /// <summary>Whether nobody sees the log, because this process is in the background and has no file for it.</summary>
    internal static bool GoesNowhere { get; private set; }

    internal static string? FileOf(ParseResult parsed) => parsed.GetValue(s_file);

    /// <summary>Whether each line of it is a JSON document.</summary>
    internal static bool IsJson(ParseResult parsed) => parsed.GetValue(s_format) == "json";

    /// <summary>Sets the log up as asked for.</summary>
    internal static Logger Start(ParseResult parsed)
    {
        if (FileOf(parsed) is { } file)
        {
            RedirectTo(file);
        }

        StandardError.Use();

        GoesNowhere = Background.IsChild && FileOf(parsed) is null;

        // A command that goes to the background says nothing when all is well.
        Level.MinimumLevel = parsed.GetValue(s_level) is { } name ? Parse(name)
            : GoesNowhere ? LogEventLevel.Warning
            : LogEventLevel.Information;
        LoggerConfiguration configuration = new LoggerConfiguration().MinimumLevel.ControlledBy(Level);
        configuration = configuration.MinimumLevel.Override(OutputLog.SourceContext, LogEventLevel.Verbose);
        configuration = IsJson(parsed)
            ? configuration.WriteTo.Console(new CompactJsonFormatter(), standardErrorFromLevel: LogEventLevel.Verbose)
            : configuration.WriteTo.Console(
                outputTemplate: Template,
                formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose);
        return configuration.CreateLogger();
    }

    /// <summary>The level of one of the <see cref="Levels"/>.</summary>
    internal static LogEventLevel Parse(string name) => name switch
    {
        "verbose" => LogEventLevel.Verbose,
        "debug" => LogEventLevel.Debug,
        "warning" => LogEventLevel.Warning,
        "error" => LogEventLevel.Error,
        _ => LogEventLevel.Information,
    };

    /// <summary>The log is standard error, so a log file is standard error opened elsewhere.</summary>
    private static void RedirectTo(string file)
    {
        const int StandardError = 2;
        Errno error = Linux.Files.OpenForAppend(Encoding.UTF8.GetBytes(file), out Fd fd);
        if (error.IsError)
        {
            throw new CommandException($"--log-file {file}: cannot open it: {error}", ExitCode.Usage);
        }

        _ = Linux.Files.DuplicateTo(fd, StandardError);
        fd.Close();
    }
}
