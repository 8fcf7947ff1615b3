using NlinkFs.Linux;
using NlinkFs.Mirror;
using Serilog;

namespace NlinkFs.Control;

/// <summary>Answers "refresh".</summary>
internal sealed class Refresher(MirrorFileSystem mirror, ILogger log)
{
    /// <summary>The control command. Its argument is a path below the mirror's root in Base64, since a name may hold any byte; nothing for all.</summary>
    internal void Answer(string argument, ControlReply reply)
    {
        byte[] path = new byte[argument.Length];
        if (!Convert.TryFromBase64String(argument, path, out int length))
        {
            reply.Refuse("the path has to be in Base64");
            return;
        }

        if (!mirror.TryRefresh(path.AsSpan(0, length), out int count))
        {
            reply.Refuse("another refresh is under way");
            return;
        }

        log.Information("Refreshed {Path:l}: {Count} names known", length == 0 ? "everything" : Printable.Escape(path.AsSpan(0, length)), count);
        reply.Send(new RefreshReport { Count = count }, ControlJson.Default.RefreshReport);
    }
}

/// <summary>The answer to "refresh". A public interface as <see cref="StatusReport"/> is.</summary>
internal sealed record RefreshReport
{
    /// <summary>The command of the control socket that is answered so.</summary>
    internal const string Question = "refresh";

    /// <summary>How many files and directories that the kernel knows it concerned.</summary>
    public int Count { get; set; }
}
