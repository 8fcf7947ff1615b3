using System.Diagnostics.Metrics;
using NlinkFs.Control;
using NlinkFs.Server;

namespace NlinkFs.Metrics;

/// <summary>
/// What can be measured of this process, as instruments of a <see cref="Meter"/>. Their names and units are those that Prometheus wants. All are
/// observed: a request pays nothing for them.
/// </summary>
internal sealed class Instruments : IDisposable
{
    /// <summary>By this name .NET's tools find them.</summary>
    internal const string MeterName = "NlinkFs";

    /// <summary>A histogram, which a meter cannot observe, is three counters with these behind its name.</summary>
    internal const string Buckets = "_bucket";
    internal const string Sum = "_sum";
    internal const string Total = "_count";

    /// <summary>For so long one look serves all instruments, milliseconds: so that what is collected together belongs together.</summary>
    private const long LookLasts = 50;

    private readonly Meter _meter = new(MeterName);
    private readonly DaemonState _state;
    private readonly List<Instrument> _all = [];
    private readonly double _startedAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1e3;
    private Look? _look;

    internal Instruments(DaemonState state)
    {
        _state = state;
        AddMirror();
        AddSource();
        AddRequests();
        AddCommand();
        AddProcess();
    }

    private delegate IEnumerable<Measurement<double>> Reading(Look look);

    /// <summary>In the order they are to be shown; parts of a histogram stand together.</summary>
    internal IReadOnlyList<Instrument> All => _all;

    public void Dispose() => _meter.Dispose();

    private void AddMirror()
    {
        Gauge("nlinkfs_info", "Always 1; what is mirrored where, and by which version.", look => look.Mirror is { } mirror
            ? [One(1, ("version", mirror.Version), ("mountpoint", mirror.MountPoint), ("source", mirror.Source), ("fuse", mirror.Protocol))] : []);
        Gauge("nlinkfs_mounted", "1 while the mirror is mounted.", look => [One(look.Mirror is null ? 0 : 1)]);
        Gauge("nlinkfs_ready", "1 while requests can be served, as /readyz says.", look => [One(Readiness.Of(look.Mirror, look.Command).Ready ? 1 : 0)]);
        Gauge("nlinkfs_mount_time_seconds", "When the mirror was mounted, since the epoch.", OfMirror(mirror => Seconds(mirror.StartedAt)));
        Gauge("nlinkfs_data_path", "1 for who reads the files: the daemon (proxy), or the kernel itself (passthrough).", look => look.Mirror?.DataPath is { } path
            ? Each(["proxy", "passthrough"], "path", name => name == path.Name ? 1 : 0) : []);
        Gauge("nlinkfs_remembered_nodes", "Names that the kernel remembers.", OfMirror(mirror => mirror.Nodes));
        Gauge("nlinkfs_open_files", "Files that are open.", OfMirror(mirror => mirror.OpenFiles));
        Gauge("nlinkfs_workers", "Threads that serve requests, stuck ones included.", OfMirror(mirror => mirror.Workers));
    }

    private void AddSource()
    {
        Gauge("nlinkfs_source_state", "1 for the state that the source is in; awaited is before the mirror is mounted.", look => Each(
            [SourceReport.Present, "lost", "stalled", "awaited"], "state", state => state == (look.Mirror?.SourceState.State ?? "awaited") ? 1 : 0));
        Gauge("nlinkfs_source_state_time_seconds", "Since when it has been in that state, since the epoch.", OfMirror(mirror => Seconds(mirror.SourceState.Since)));
        Counter("nlinkfs_source_losses_total", "How often the source was lost.", OfMirror(mirror => mirror.SourceState.Losses));
        Gauge("nlinkfs_waiting_requests", "Requests that wait for a lost source to return.", OfMirror(mirror => mirror.SourceState.Waiting));
        Gauge("nlinkfs_stuck_calls", "Calls that were given up, and have not come back from the source.", OfMirror(mirror => mirror.SourceState.Stuck));
        Counter("nlinkfs_reopened_files_total", "Open files that were opened again after a loss.", OfMirror(mirror => mirror.SourceState.Reopened));
        Counter("nlinkfs_corrections_total", "Attributes of the source that were told otherwise, by what was wrong with them.", look =>
            (look.Mirror?.Corrections ?? []).Select(correction => One(correction.Count, ("kind", correction.Kind))));
    }

    private void AddRequests()
    {
        const string Duration = "nlinkfs_request_duration_seconds";
        const string About = "How long requests took, from their arrival until their answer was sent.";
        Counter(Duration + Buckets, About, look => Operations(look).SelectMany(BucketsOf));
        Counter(Duration + Sum, About, look => Operations(look).Select(operation => One(operation.Total.TotalSeconds, ("operation", Labels.Of(operation.Operation)))));
        Counter(Duration + Total, About, look => Operations(look).Select(operation => One(operation.Count, ("operation", Labels.Of(operation.Operation)))));
        Counter("nlinkfs_read_bytes_total", "Bytes of files that the daemon read for the kernel; with passthrough the kernel reads unseen.", OfMirror(mirror => mirror.BytesRead));
        Counter("nlinkfs_errors_total", "Errors answered, by errno.", look => look.Mirror is { } mirror
            ? (mirror.Errors ?? []).Where(error => error.Errno != "EIO").Select(error => One(error.Count, ("errno", error.Errno)))
                .Prepend(One(mirror.Errors?.FirstOrDefault(error => error.Errno == "EIO")?.Count ?? 0, ("errno", "EIO")))
            : []);
    }

    private void AddCommand()
    {
        Gauge("nlinkfs_command_running", "1 while the command of nlinkfs run runs.", look => look.Command is { } command ? [One(command.Pid is null ? 0 : 1, ("command", command.Name))] : []);
        Counter("nlinkfs_command_starts_total", "How often it was started.", look => look.Command is { } command ? [One(command.Starts, ("command", command.Name))] : []);
    }

    private void AddProcess()
    {
        Gauge("process_start_time_seconds", "When the process started, since the epoch.", _ => [One(_startedAt)]);
        Gauge("process_resident_memory_bytes", "Memory in use.", _ => [One(Environment.WorkingSet)]);
        Counter("process_cpu_seconds_total", "Processor time used.", _ => [One(Environment.CpuUsage.TotalTime.TotalSeconds)]);
    }

    private void Gauge(string name, string description, Reading reading) =>
        _all.Add(_meter.CreateObservableGauge<double>(name, () => reading(LookOnce()), null, description));

    private void Counter(string name, string description, Reading reading) =>
        _all.Add(_meter.CreateObservableCounter<double>(name, () => reading(LookOnce()), null, description));

    private Look LookOnce()
    {
        long now = Environment.TickCount64;
        return _look is { } look && now - look.At < LookLasts ? look : _look = _state.Look();
    }

    private static Reading OfMirror(Func<StatusReport, double> value) => look => look.Mirror is { } mirror ? [One(value(mirror))] : [];

    private static IEnumerable<Measurement<double>> Each(string[] names, string label, Func<string, double> value) =>
        names.Select(name => One(value(name), (label, name)));

    private static IEnumerable<OperationStatistics> Operations(Look look) => look.Served?.Operations ?? [];

    /// <summary>Each holds those below it, too. Every second bound will do: one an octave.</summary>
    private static IEnumerable<Measurement<double>> BucketsOf(OperationStatistics operation)
    {
        string name = Labels.Of(operation.Operation);
        long sum = 0;
        for (int bucket = 0; bucket < LatencyBuckets.Count; bucket++)
        {
            sum += operation.Counts[bucket];
            if (bucket % 2 == 0 || bucket == LatencyBuckets.Count - 1)
            {
                yield return One(sum, ("operation", name), ("le", PrometheusText.Number(LatencyBuckets.BoundOf(bucket))));
            }
        }
    }

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1e3;

    private static Measurement<double> One(double value, params (string Name, string Value)[] labels) =>
        new(value, Array.ConvertAll(labels, label => new KeyValuePair<string, object?>(label.Name, label.Value)));
}
