using Serilog;
using Serilog.Events;

namespace NlinkFs.Control;

/// <summary>Answers "log-level".</summary>
internal sealed class LogLevelSetter(ILogger log)
{
    /// <summary>The control command: sets the level that its argument names, if it names one, and tells which is in force.</summary>
    internal void Answer(string argument, ControlReply reply)
    {
        if (argument.Length > 0 && !LogSettings.Levels.Contains(argument))
        {
            reply.Refuse($"{argument}: the level is one of {string.Join(", ", LogSettings.Levels)}");
            return;
        }

        if (argument.Length > 0)
        {
            LogSettings.Level.MinimumLevel = LogSettings.Parse(argument);
            log.Information("Log level {Level:l}, as nlinkfs log-level asked for", argument);
        }

        LogEventLevel level = LogSettings.Level.MinimumLevel;
        reply.Send(
            new LogLevelReport { Level = LogSettings.Levels.First(name => LogSettings.Parse(name) == level), GoesNowhere = LogSettings.GoesNowhere },
            ControlJson.Default.LogLevelReport);
    }
}

/// <summary>The answer to "log-level". A public interface as <see cref="StatusReport"/> is.</summary>
internal sealed record LogLevelReport
{
    /// <summary>The command of the control socket that is answered so.</summary>
    internal const string Question = "log-level";

    /// <summary>verbose, debug, information, warning or error.</summary>
    public string Level { get; set; } = "";

    /// <summary>Whether nobody sees the log, because the daemon is in the background and has no file for it.</summary>
    public bool GoesNowhere { get; set; }
}
