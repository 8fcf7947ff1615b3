using System.Globalization;
using NlinkFs.Linux;

namespace NlinkFs.Check.Items;

/// <summary>Whether every call came back in time. A file system that hangs is itself the finding.</summary>
/// <param name="limit">The time there was.</param>
internal sealed class Answers(TimeSpan limit) : Check<Evidence>("answers", "it answers")
{
    internal override Finding Judge(Evidence evidence)
    {
        TimeSpan pending = TimeSpan.FromMilliseconds(evidence.Pending is { } call ? Environment.TickCount64 - call.Since : 0);
        return pending > limit / 3
                ? Incurable(
                    Severity.Error,
                    string.Create(CultureInfo.InvariantCulture, $"{Shown(evidence.Pending!)} has not returned for {pending.TotalSeconds:0.#} s"),
                    "whatever touches it hangs, and cannot be killed",
                    "restart the source's daemon; a mirror answers EIO after --deadline and lets everything else go on")
            : evidence.IsComplete ? Ok("each call")
            : !evidence.Entries.Exists(entry => entry.Second is not null)
                ? Incurable(
                    Severity.Warning,
                    string.Create(CultureInfo.InvariantCulture, $"too little was looked at in {limit.TotalSeconds:0.#} s to say anything"),
                    "whatever it is, it is slow",
                    "more time: --timeout")
            : Note(
                string.Create(CultureInfo.InvariantCulture, $"not all was looked at in {limit.TotalSeconds:0.#} s"),
                advice: "more time: --timeout");
    }

    private static string Shown(PendingCall call) => call.Path.Length == 0 ? $"{call.Operation} of the root" : $"{call.Operation} of {Printable.Escape(call.Path)}";
}
