using System.Reflection;
using NlinkFs.Linux;
using NlinkFs.Mirror;
using NlinkFs.Server;

namespace NlinkFs.Control;

/// <summary>
/// Answers "status". It asks neither the source nor the mirror and waits for no lock that a request holds while it waits for the
/// source: so it answers when both hang.
/// </summary>
internal sealed class StatusReporter(MountPlan plan, MirrorOptions options, Deadlines deadlines, MirrorFileSystem mirror, FuseSession session)
{
    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private readonly long _started = Environment.TickCount64;
    private readonly string _protocol = session.WaitForInit(TimeSpan.Zero, out NegotiatedSession negotiated) ? $"{Handshake.Major}.{negotiated.Minor}" : "";

    /// <summary>The control command.</summary>
    internal void Answer(string argument, ControlReply reply) => reply.Send(Report(mirror.SourceStatus), ControlJson.Default.StatusReport);

    private StatusReport Report(SourceStatus source) => new()
    {
        MountPoint = Printable.Escape(plan.MountPoint),
        Source = Printable.Escape(plan.Source),
        SourceType = source.FileSystemType,
        Version = typeof(StatusReporter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        Pid = Environment.ProcessId,
        StartedAt = _startedAt,
        UptimeSeconds = (Environment.TickCount64 - _started) / 1000,
        DataPath = new DataPathStatus(mirror.DataPath.IsPassthrough ? "passthrough" : "proxy", mirror.DataPath.Reason),
        SourceState = new SourceReport
        {
            State = source.State switch { SourceState.Present => SourceReport.Present, SourceState.Lost => "lost", _ => "stalled" },
            Since = source.Since,
            Reason = source.Reason.Length > 0 ? source.Reason : null,
            Waiting = source.Waiting,
            Stuck = session.StuckCalls,
            Losses = source.Losses,
            Reopened = mirror.ReopenedFiles,
            IoErrors = mirror.IoErrors,
        },
        Nodes = mirror.RememberedNodes,
        OpenFiles = mirror.OpenFiles,
        Workers = session.Workers,
        ResidentBytes = Environment.WorkingSet,
        Protocol = _protocol,
        Times = new StatusTimes(
            options.EntryTimeout.TotalSeconds,
            options.AttrTimeout.TotalSeconds,
            options.NegativeTimeout.TotalSeconds,
            options.Grace.TotalSeconds,
            deadlines.Read.TotalSeconds,
            deadlines.Other.TotalSeconds),
    };
}
