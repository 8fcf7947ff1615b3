using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NlinkFs.Linux;

namespace NlinkFs.Control;

/// <summary>Gives orders to a mirror's daemon, for commands that cannot do without its answer.</summary>
internal static class MirrorDaemon
{
    /// <summary>Sends one line and waits for the answer.</summary>
    /// <exception cref="CommandException">There is none, or the daemon refuses.</exception>
    internal static T Tell<T>(MountEntry mirror, string line, TimeSpan timeout, JsonTypeInfo<T> type)
    {
        ControlAnswer answer = ControlClient.Ask(mirror, line, timeout);
        return answer.Kind == AnswerKind.Answered && Read(mirror, answer, type) is { } read ? read : throw Trouble(mirror, answer, null);
    }

    /// <summary>What a document says; null when that cannot be made out.</summary>
    /// <exception cref="CommandException">It says that the daemon refuses.</exception>
    internal static T? Read<T>(MountEntry mirror, ControlAnswer answer, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Document, ControlJson.Default.ControlError)?.Error is { } refusal
                ? throw Trouble(mirror, answer, refusal)
                : JsonSerializer.Deserialize(answer.Document, type);
        }
        catch (JsonException)
        {
            // Cut off, or of a version that is too far from ours.
            return default;
        }
    }

    /// <summary>The error for a daemon that gave no answer, or refused.</summary>
    internal static CommandException Trouble(MountEntry mirror, ControlAnswer answer, string? refusal) => new(
        $"{Printable.Escape(mirror.MountPoint)}: {StatusText.Clean(KnownMirror.TroubleWith(answer, refusal))}", ExitCode.NoAnswer);
}
