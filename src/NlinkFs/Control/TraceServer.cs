using System.Globalization;
using NlinkFs.Server;

namespace NlinkFs.Control;

/// <summary>Answers "trace": sends requests and answers as they go by, until the client or the mirror ends.</summary>
internal sealed class TraceServer(FuseSession session)
{
    /// <summary>Each makes requests cost a little more, and one that takes nothing stays until it ends.</summary>
    private const int MaxFollowers = 4;

    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(250);

    private int _followers;

    /// <summary>The control command. Its argument is the time, in milliseconds, that a request has to take in order to be told of; nothing for all.</summary>
    internal void Answer(string argument, ControlReply reply)
    {
        double slow = 0;
        if (argument.Length > 0 && !double.TryParse(argument, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out slow))
        {
            reply.Refuse($"{argument}: a number of milliseconds is needed");
            return;
        }

        if (Interlocked.Increment(ref _followers) > MaxFollowers)
        {
            _ = Interlocked.Decrement(ref _followers);
            reply.Refuse($"{MaxFollowers} others follow the requests already");
            return;
        }

        TraceQueue queue = new(slow);
        session.Follow(queue);
        try
        {
            Send(queue, reply);
        }
        finally
        {
            session.Unfollow(queue);
            _ = Interlocked.Decrement(ref _followers);
        }
    }

    private void Send(TraceQueue queue, ControlReply reply)
    {
        // The first says that it has begun.
        TraceReport? report = new();
        while (report is null || reply.TrySendLine(report, ControlJson.Default.TraceReport, IsOver))
        {
            report = queue.Take(s_tick);
            if (report is null && (reply.IsGone || IsOver()))
            {
                return;
            }
        }
    }

    private bool IsOver() => session.Ended.WaitOne(0);
}

/// <summary>One of several answers to "trace". A public interface as <see cref="StatusReport"/> is.</summary>
internal sealed record TraceReport
{
    /// <summary>The command of the control socket that is answered so.</summary>
    internal const string Question = "trace";

    /// <summary>Requests ("rx") and answers ("tx") in their order; what begins with "--" is about them.</summary>
    public string[]? Lines { get; set; }
}
