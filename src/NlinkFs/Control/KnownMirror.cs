using System.Text.Json;
using NlinkFs.Linux;

namespace NlinkFs.Control;

/// <summary>What is known of a mirror: its line in the mount table, and what its daemon says of itself if it says anything.</summary>
/// <param name="Mount">The mount.</param>
/// <param name="Answer">How asking the daemon ended.</param>
/// <param name="Report">What it said, or null.</param>
/// <param name="Refusal">Why it refused to say anything, or null.</param>
internal sealed record KnownMirror(MountEntry Mount, ControlAnswer Answer, StatusReport? Report, string? Refusal)
{
    internal string MountPoint => Printable.Escape(Mount.MountPoint);

    internal string Source => Report?.Source ?? Printable.Escape(Mount.Source);

    /// <summary>The source's state or, without an answer, the daemon's.</summary>
    internal string State => Report is { } report ? report.SourceState.State : Answer.Kind switch
    {
        AnswerKind.Dead => "dead",
        _ when Refusal is not null => "refused",
        AnswerKind.Refused => "refused",
        _ => "silent",
    };

    /// <summary>Why there is no report; null when there is one.</summary>
    internal string? Trouble => Report is not null ? null : TroubleWith(Answer, Refusal);

    internal int ExitCode => Report is null ? NlinkFs.ExitCode.NoAnswer
        : Report.SourceState.State == SourceReport.Present ? NlinkFs.ExitCode.Ok
        : NlinkFs.ExitCode.SourceMissing;

    /// <summary>Why a daemon's answer is none.</summary>
    internal static string TroubleWith(ControlAnswer answer, string? refusal) => answer.Kind switch
    {
        AnswerKind.Dead => "no daemon answers: it is dead, or could not make its control socket, which its log then says",
        _ when refusal is not null => $"the daemon refuses: {refusal}",
        AnswerKind.Refused => "it is another user's mirror; ask as that user or as root",
        _ => answer.Pid > 0 ? $"the daemon (pid {answer.Pid}) does not answer" : "the daemon does not answer",
    };

    /// <summary>Asks the daemon of a mirror.</summary>
    internal static KnownMirror Ask(MountEntry mirror, TimeSpan timeout)
    {
        ControlAnswer answer = ControlClient.Ask(mirror, "status", timeout);
        try
        {
            if (answer.Kind == AnswerKind.Answered)
            {
                string? refusal = JsonSerializer.Deserialize(answer.Document, ControlJson.Default.ControlError)?.Error;
                return new KnownMirror(mirror, answer, refusal is null ? JsonSerializer.Deserialize(answer.Document, ControlJson.Default.StatusReport) : null, refusal);
            }
        }
        catch (JsonException)
        {
            // Cut off, or of a version that is too far from ours.
        }

        return new KnownMirror(mirror, answer, null, null);
    }

    /// <summary>Asks all at once: those that do not answer cost one timeout together.</summary>
    internal static IReadOnlyList<KnownMirror> AskAll(IEnumerable<MountEntry> mirrors, TimeSpan timeout) =>
        Task.WhenAll(mirrors.Select(mirror => Task.Factory.StartNew(
            () => Ask(mirror, timeout), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).GetAwaiter().GetResult();

    /// <summary>For programs: one line of the list.</summary>
    internal ListedMirror Listed() => new()
    {
        MountPoint = MountPoint,
        Source = Source,
        State = State,
        DataPath = Report?.DataPath?.Name,
        UptimeSeconds = Report?.UptimeSeconds,
        Pid = Answer.Pid > 0 ? Answer.Pid : null,
        Error = Trouble,
    };

    /// <summary>For programs: the daemon's own answer or, without one, the line of the list.</summary>
    internal string ToJson() => Report is null
        ? JsonSerializer.Serialize(Listed(), ControlJson.Default.ListedMirror)
        : System.Text.Encoding.UTF8.GetString(Answer.Document);
}

/// <summary>A mirror in the list, as JSON.</summary>
internal sealed record ListedMirror
{
    /// <summary>Where it is.</summary>
    public string MountPoint { get; init; } = "";

    /// <summary>What it mirrors.</summary>
    public string Source { get; init; } = "";

    /// <summary>present, lost or stalled; dead, silent or refused when the daemon gave no answer.</summary>
    public string State { get; init; } = "";

    /// <summary>passthrough or proxy; left out without an answer.</summary>
    public string? DataPath { get; init; }

    /// <summary>Seconds since it was mounted; left out without an answer.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>The daemon's process, where known.</summary>
    public int? Pid { get; init; }

    /// <summary>Why there is no answer; left out when there is one.</summary>
    public string? Error { get; init; }
}
