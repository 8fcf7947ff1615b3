using NlinkFs.Linux;

namespace NlinkFs.Server;

/// <summary>
/// A file system being served over one /dev/fuse descriptor, from the INIT exchange until the file system is unmounted. Owns the
/// descriptor: disposing the session closes it, which ends a connection that is still mounted.
/// </summary>
public sealed class FuseSession : IDisposable
{
    private readonly Fd _device;
    private readonly WorkerPool _workers;
    private readonly Following _following;
    private readonly ManualResetEventSlim _agreed = new();
    private NegotiatedSession _negotiated;

    /// <summary>Prepares to serve <paramref name="fileSystem"/>; nothing is read before <see cref="Start"/>.</summary>
    public FuseSession(Fd device, FileSystem fileSystem, SessionOptions options, ISessionLog log)
    {
        _device = device;

        // A socket keeps frames apart only when they are written whole; a trace shows the data.
        bool splice = options.Splice && options.Trace is null
            && !Files.Stat(device, out StatxBuffer stat).IsError && stat.Type == FileType.CharDevice;
        options = splice ? options with { MaxPages = Math.Min(options.MaxPages, SplicePipes.LargestRequest()) } : options;
        FuseChannel channel = new(device);
        _following = new Following(channel);
        if (options.Trace is { } write)
        {
            _following.Add(new LineListener(write));
        }

        RequestDispatcher dispatcher = new(fileSystem, options, log, new BackingFiles(device), session =>
        {
            _negotiated = session;
            _agreed.Set();
        });
        _workers = new WorkerPool(channel, dispatcher, options, splice, log);
    }

    /// <summary>Set when the file system has been unmounted or the connection aborted.</summary>
    public WaitHandle Ended => _workers.Ended;

    /// <summary>Threads serving requests now, stuck ones included.</summary>
    public int Workers => _workers.Workers;

    /// <summary>Whether somebody waits for the next request. False at times for as long as it takes to start a worker.</summary>
    public bool IsReading => _workers.IsReading;

    /// <summary>Workers that are still in a call that was answered for them.</summary>
    public int StuckCalls => _workers.Stuck;

    /// <summary>What was served so far.</summary>
    public SessionStatistics Statistics => _workers.Statistics;

    /// <summary>Starts serving.</summary>
    public void Start() => _workers.Start();

    /// <summary>Has somebody told of each request and each answer, from here on and until <see cref="Unfollow"/>. Costs nothing while nobody is.</summary>
    public void Follow(ITraceListener listener) => _following.Add(listener);

    /// <summary>Ends <see cref="Follow"/>; a last line may still come.</summary>
    public void Unfollow(ITraceListener listener) => _following.Remove(listener);

    /// <summary>Waits for the INIT exchange. False when the session ended before it, or the time ran out.</summary>
    public bool WaitForInit(TimeSpan timeout, out NegotiatedSession session)
    {
        int which = WaitHandle.WaitAny([_agreed.WaitHandle, Ended], timeout);
        session = _negotiated;
        return which == 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _device.Close();
        _workers.StopWatching();
        _agreed.Dispose();
    }
}
