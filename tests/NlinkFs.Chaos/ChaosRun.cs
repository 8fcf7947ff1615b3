using System.Globalization;
using NlinkFs.Testing;

namespace NlinkFs.Chaos;

/// <summary>
/// One run: a source, a mirror over it, clients that use it and check all they see, and faults of the source. Whatever is put up is taken
/// down at the end.
/// </summary>
public sealed class ChaosRun : IDisposable
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_reportEvery = TimeSpan.FromSeconds(5);

    /// <summary>As long as a call may take that waits for a source: the grace, and the deadline of a call besides.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly TempTree _tree = new();
    private readonly ChaosOptions _options;
    private readonly CancellationToken _cancelled;
    private readonly Library _library = new();
    private readonly Timeline _timeline = new(Edition.First);
    private readonly Tally _tally;
    private readonly FaultySource _source;
    private readonly Mounted _mirror;
    private readonly Scene _scene;
    private readonly Dictionary<string, int> _faults = new(StringComparer.Ordinal);
    private int _restarts;

    private ChaosRun(ChaosOptions options, CancellationToken cancelled)
    {
        _options = options;
        _cancelled = cancelled;
        _tally = new Tally(_timeline);
        try
        {
            _source = new FaultySource(_tree.At("source"), Edition.First, _library, _timeline, _tally, options, cancelled);
            _mirror = Mounted.Mirror(_source.Path, _tree.At("mirror"), "--io", options.Io);
            _source.MirrorId = _mirror.Service.Id;
        }
        catch (InvalidOperationException)
        {
            Dispose();
            throw;
        }

        _scene = new Scene(_mirror.Path, _library, _timeline, _tally, options);
    }

    /// <summary>Does one run.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="progress">Takes a line every few seconds.</param>
    /// <param name="cancelled">Ends it early, in order.</param>
    public static Report Run(ChaosOptions options, Action<string>? progress = null, CancellationToken cancelled = default)
    {
        using ChaosRun run = new(options, cancelled);
        return run.Run(progress ?? (_ => { }));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mirror?.Dispose();
        _source?.Dispose();
        _tree.Dispose();
    }

    private Report Run(Action<string> progress)
    {
        // The first use brings up what stays: directories, threads, pipes.
        UseDuring(() => _ = _cancelled.WaitHandle.WaitOne(s_warmUp));
        Footprint before = Settle(limit: null);
        UseDuring(() => Play(progress));
        Footprint after = Settle(limit: before);
        _source.End();
        return ReportOf(before, after);
    }

    private void Play(Action<string> progress)
    {
        TimeSpan reported = _timeline.Now;
        foreach (Fault fault in Schedule.Draw(_options))
        {
            if (_cancelled.WaitHandle.WaitOne(fault.Calm))
            {
                return;
            }

            if (_mirror.Service.HasExited)
            {
                _tally.Add(Finding.MirrorEnded, $"exit code {_mirror.Service.WaitForExit()}");
                return;
            }

            _source.Suffer(fault);
            _restarts += fault.Restarts;
            foreach (string part in (string[])[$"losses: {fault.Loss}", $"comebacks: {fault.Comeback}"])
            {
                _faults[part] = _faults.GetValueOrDefault(part) + 1;
            }

            if (_timeline.Now - reported >= s_reportEvery)
            {
                reported = _timeline.Now;
                progress(FormattableString.Invariant(
                    $"[{reported.TotalSeconds,5:0} s] {_restarts} of {_options.Restarts} restarts, {_tally.Bytes >> 20} MiB, {_tally.Listings} listings, {_tally.Stats} stats, {_tally.Findings} findings, longest stall {_tally.LongestStall.TotalSeconds:0.00} s"));
            }
        }

        // What the last fault did has to have the time to show.
        _ = _cancelled.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
    }

    private void UseDuring(Action what)
    {
        IReadOnlyList<LibraryFile> files = _library.Files;
        Client[] clients =
        [
            new HoldingReader(_scene, 1, files[0]),
            new HoldingReader(_scene, 2, files[^2]),
            new StreamingReader(_scene, 3),
            new StreamingReader(_scene, 4),
            new Lister(_scene, 5),
            new Walker(_scene, 6),
        ];
        Array.ForEach(clients, client => client.Start());
        try
        {
            what();
        }
        finally
        {
            Array.ForEach(clients, client => client.Stop());
        }

        TimeSpan end = _timeline.Now + s_patience;
        foreach (Client client in clients)
        {
            TimeSpan left = end - _timeline.Now;
            if (!client.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero))
            {
                _tally.Add(Finding.Hang, client.Name);
            }
        }
    }

    /// <summary>
    /// Waits until the daemon has closed what is no longer used, and the runtime has ended the threads of its pool, which are idle for 20 s
    /// before that; then it holds what it keeps.
    /// </summary>
    private Footprint Settle(Footprint? limit)
    {
        Thread.Sleep(TimeSpan.FromSeconds(2));
        Footprint now = Look();
        _ = Commands.Eventually(() => IsSettled(now = Look()), seconds: 30);
        return now;

        Footprint Look() => _mirror.Service.HasExited ? Footprint.None : Footprint.Of(_mirror.Service.Id, _source.Devices);
        bool IsSettled(Footprint footprint) =>
            footprint is { Files: 0, Outdated.Count: 0 } && (limit is null || footprint.IsAbout(limit));
    }

    private Report ReportOf(Footprint before, Footprint after) => new()
    {
        Options = _options,
        Duration = _timeline.Now,
        Volume =
        [
            ("restarts of the source", Number(_restarts)),
            .. _faults.OrderByDescending(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, Number(pair.Value))),
            ("read and verified, MiB", Number(_tally.Bytes >> 20)),
            ("opens", Number(_tally.Opens)),
            ("listings", Number(_tally.Listings)),
            ("stats", Number(_tally.Stats)),
            ("reads refused, as the file was replaced", Number(_tally.Refused)),
            ("losses that one open file lived through", Number(_tally.LossesSurvived)),
        ],
        Checks =
        [
            Check.Zero("failed opens", _tally[Finding.FailedOpen]),
            _options.FilesOutliveTheSource
                ? Check.Zero("failed reads", _tally[Finding.FailedRead])
                : Check.Any("failed reads", _tally[Finding.FailedRead]),
            Check.Zero("wrong bytes", _tally[Finding.WrongBytes]),
            Check.Zero("missing names, wrong listings", _tally[Finding.WrongListing]),
            Check.Zero("other errors of listings and stats", _tally[Finding.OtherError]),
            Check.Zero("wrong attributes", _tally[Finding.WrongAttributes]),
            Check.Zero("plain umounts of the source that failed", _tally[Finding.FailedUnmount]),
            Check.Zero("sources that lived on after it", _tally[Finding.LateExit]),
            Check.Zero("ends of the mirror", _tally[Finding.MirrorEnded]),
            Check.Zero("clients that hang", _tally[Finding.Hang]),
            Check.LessThan("longest stall beyond the absence, s", _tally.LongestStall, _options.Tolerance),
            Check.AtMost($"descriptors at the end ({before.Descriptors} before)", after.Descriptors, before.MostDescriptors),
            Check.AtMost($"threads at the end ({before.Threads} before)", after.Threads, before.MostThreads),
            Check.Zero("descriptors of the source's files", after.Files),
            Check.Zero("descriptors into sources that are gone", after.Outdated.Count),
        ],
        Notes = [.. _tally.Notes, .. after.Outdated.Select(descriptor => $"Left open: {descriptor}")],
        Stalls = _tally.Stalls,
        Log = _mirror.Service.Log,
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
