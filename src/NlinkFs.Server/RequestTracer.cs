using System.Collections.Concurrent;
using System.Diagnostics;
using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>Follows a session's requests. Called by the threads that serve them, so it has to return at once.</summary>
public interface ITraceListener
{
    /// <summary>A request has come.</summary>
    /// <param name="request">Its line.</param>
    void Asked(string request);

    /// <summary>A request is being answered.</summary>
    /// <param name="request">Its line; null when it came before anybody followed.</param>
    /// <param name="answer">The answer's line.</param>
    /// <param name="took">From the one to the other; zero without a request.</param>
    void Answered(string? request, string answer, TimeSpan took);
}

/// <summary>Tells listeners of each request and each answer. A channel has one only while somebody listens.</summary>
internal sealed class RequestTracer
{
    private readonly ConcurrentDictionary<RequestId, (string Line, long Since)> _underWay = new();
    private volatile ITraceListener[] _listeners = []; // changed under the lock of Following

    /// <summary>Adds a listener.</summary>
    internal void Add(ITraceListener listener) => _listeners = [.. _listeners, listener];

    /// <summary>Removes a listener. True when it was the last.</summary>
    internal bool Remove(ITraceListener listener)
    {
        _listeners = [.. _listeners.Where(one => one != listener)];
        return _listeners.Length == 0;
    }

    internal void Request(in InHeader header, ReadOnlySpan<byte> frame)
    {
        string line = TraceText.OfRequest(in header, frame);
        if (RequestDispatcher.IsAnswered(header.Opcode))
        {
            _underWay[header.Unique] = (line, Stopwatch.GetTimestamp());
        }

        foreach (ITraceListener listener in _listeners)
        {
            listener.Asked(line);
        }
    }

    internal void Answer(in InHeader header, Errno error, ReadOnlySpan<byte> payload) =>
        Answered(in header, TraceText.OfAnswer(in header, error, payload));

    internal void SplicedAnswer(in InHeader header, int count) => Answered(in header, TraceText.OfSplicedAnswer(in header, count));

    private void Answered(in InHeader header, string line)
    {
        bool seen = _underWay.TryRemove(header.Unique, out (string Line, long Since) request);
        TimeSpan took = seen ? Stopwatch.GetElapsedTime(request.Since) : TimeSpan.Zero;
        foreach (ITraceListener listener in _listeners)
        {
            listener.Answered(seen ? request.Line : null, line, took);
        }
    }
}
