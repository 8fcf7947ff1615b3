using NlinkFs.Linux;
using NlinkFs.Mirror;
using Serilog;

namespace NlinkFs.Mounting;

/// <summary>Finding the source when a mount begins: at once, or by waiting for it.</summary>
internal sealed class SourceOpening(byte[] source, MirrorOptions options, ILogger log)
{
    /// <summary>How long a source that is there may take to answer before it is mirrored without an answer.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>The same where it is waited for: nothing hangs on it, and whoever says stop is not to wait.</summary>
    private static readonly TimeSpan s_shortPatience = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private string Shown => Printable.Escape(source);

    /// <summary>Opens the source.</summary>
    /// <param name="wait">How long to wait for it; null for not at all, infinite for ever.</param>
    /// <param name="mirrorLog">The mirror's log.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>The mirror; null when told to stop.</returns>
    /// <exception cref="CommandException">It is not there.</exception>
    internal MirrorFileSystem? Open(TimeSpan? wait, IMirrorLog mirrorLog, WaitHandle stop)
    {
        long begun = Environment.TickCount64;
        string told = "";
        while (true)
        {
            Errno error = MirrorFileSystem.Open(
                source, options, mirrorLog, wait is null ? s_patience : s_shortPatience, out MirrorFileSystem? mirror, out string reason);
            if (!error.IsError)
            {
                return mirror;
            }

            if (wait is null)
            {
                if (mirror is null)
                {
                    throw new CommandException($"source {Shown}: {reason}", ExitCode.Mount, HintFor(error));
                }

                log.Warning("Source {Source:l}: {Reason:l}; mounting all the same, requests wait for it", Shown, reason);
                return mirror;
            }

            if (IsOver())
            {
                mirror?.Dispose();
                throw new CommandException($"source {Shown}: {reason}; waited {Waited().TotalSeconds:0} s for it", ExitCode.Mount, HintFor(error));
            }

            if (reason != told)
            {
                log.Warning("Waiting for source {Source:l}: {Reason:l}", Shown, reason);
                told = reason;
            }

            // One that is there but silent is being looked at by its mirror: to look anew would leave a stuck thread behind each time.
            bool stopped;
            do
            {
                stopped = stop.WaitOne(s_pause);
            }
            while (!stopped && !IsOver() && mirror?.SourceStatus is { State: SourceState.Lost });
            mirror?.Dispose();
            if (stopped)
            {
                return null;
            }
        }

        TimeSpan Waited() => TimeSpan.FromMilliseconds(Environment.TickCount64 - begun);
        bool IsOver() => wait != Timeout.InfiniteTimeSpan && Waited() >= wait;
    }

    private static string? HintFor(Errno error) => error.Value switch
    {
        2 => "is it mounted, and the path right? --wait-source waits for it",
        19 or 61 => "--wait-source waits for it",
        103 or 107 => "its daemon is gone; start it again, or let --wait-source wait for it",
        13 => "a FUSE source lets in only the user who mounted it, not even root, unless mounted with allow_other",
        _ => null,
    };
}
