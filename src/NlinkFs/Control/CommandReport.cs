using System.Text.Json;
using NlinkFs.Linux;

namespace NlinkFs.Control;

/// <summary>What nlinkfs run says of its command: the answer to "command". A public interface as <see cref="StatusReport"/> is.</summary>
internal sealed record CommandReport
{
    /// <summary>The command of the control socket that is answered so.</summary>
    internal const string Question = "command";

    /// <summary>The command's name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its process; left out while it does not run.</summary>
    public int? Pid { get; set; }

    /// <summary>How often it has been started.</summary>
    public int Starts { get; set; }

    /// <summary>What it last ended with; left out before that.</summary>
    public int? ExitCode { get; set; }

    /// <summary>The process that runs it.</summary>
    public int SupervisorPid { get; set; }

    /// <summary>Asks who runs a command at a mount point; null when nobody does, or answers.</summary>
    internal static CommandReport? Ask(ReadOnlySpan<byte> mountPoint, TimeSpan timeout)
    {
        string name = ControlSocket.NameOf(mountPoint);
        foreach (uint owner in ((uint[])[Processes.IsRoot ? 0 : Processes.UserId, 0]).Distinct())
        {
            ControlAnswer answer = ControlClient.Ask(name, owner, Question, timeout);
            try
            {
                if (answer.Kind == AnswerKind.Answered && JsonSerializer.Deserialize(answer.Document, ControlJson.Default.CommandReport) is { SupervisorPid: > 0 } report)
                {
                    return report;
                }
            }
            catch (JsonException)
            {
                // Of a version that is too far from ours.
            }
        }

        return null;
    }
}
