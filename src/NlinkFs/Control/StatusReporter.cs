using System.Reflection;
using NlinkFs.Linux;
using NlinkFs.Mirror;
using NlinkFs.Mounting;
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
    internal void Answer(string argument, ControlReply reply) => reply.Send(Report(Served), ControlJson.Default.StatusReport);

    /// <summary>What was served so far.</summary>
    internal SessionStatistics Served => session.Statistics;

    /// <summary>The report.</summary>
    /// <param name="served">From <see cref="Served"/>.</param>
    internal StatusReport Report(SessionStatistics served)
    {
        SourceStatus source = mirror.SourceStatus;
        return new StatusReport
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
                State = Labels.Of(source.State),
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
            BytesRead = served.BytesRead,
            Operations = [.. served.Operations.Select(operation => new OperationReport(
                Labels.Of(operation.Operation), operation.Count, operation.Quantile(0.5).TotalSeconds, operation.Quantile(0.99).TotalSeconds))],
            Errors = [.. served.Errors.Select(error => new ErrorReport(Labels.Of(error.Error), error.Count))],
            Corrections = [.. Enum.GetValues<Correction>().Select(kind => new CorrectionReport(Labels.Of(kind), mirror.Corrected(kind)))],
        };
    }
}
