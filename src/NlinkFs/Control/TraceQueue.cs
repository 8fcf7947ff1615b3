using System.Globalization;
using NlinkFs.Server;

namespace NlinkFs.Control;

/// <summary>What one follower has not taken yet. Bounded: a request never waits for him, he misses something instead and is told how much.</summary>
/// <param name="slow">How long a request has to take in order to be told of, milliseconds; 0 for all.</param>
internal sealed class TraceQueue(double slow) : ITraceListener
{
    private const int Capacity = 4096;
    private const int LinesAtOnce = 64;

    private readonly object _lock = new();
    private readonly Queue<string> _lines = new(); // guarded by _lock
    private long _dropped; // guarded by _lock

    public void Asked(string request)
    {
        if (slow == 0)
        {
            Put(request);
        }
    }

    public void Answered(string? request, string answer, TimeSpan took)
    {
        string timed = request is null ? answer : string.Create(CultureInfo.InvariantCulture, $"{answer} {took.TotalMilliseconds:0.###}ms");
        if (slow == 0)
        {
            Put(timed);
        }
        else if (took.TotalMilliseconds >= slow)
        {
            Put(request!, timed);
        }
    }

    /// <summary>What has come, in pieces; null when nothing came in time.</summary>
    internal TraceReport? Take(TimeSpan patience)
    {
        lock (_lock)
        {
            if (_lines.Count == 0)
            {
                _ = Monitor.Wait(_lock, patience);
            }

            List<string> lines = [];
            while (lines.Count < LinesAtOnce && _lines.TryDequeue(out string? line))
            {
                lines.Add(line);
            }

            if (_lines.Count == 0 && _dropped > 0)
            {
                lines.Add(Missed());
            }

            return lines.Count == 0 ? null : new TraceReport { Lines = [.. lines] };
        }
    }

    private void Put(params ReadOnlySpan<string> lines)
    {
        lock (_lock)
        {
            if (_lines.Count + lines.Length > Capacity)
            {
                _dropped += lines.Length;
                return;
            }

            if (_dropped > 0)
            {
                _lines.Enqueue(Missed());
            }

            foreach (string line in lines)
            {
                _lines.Enqueue(line);
            }

            Monitor.Pulse(_lock);
        }
    }

    private string Missed()
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"-- {_dropped} lines left out, since they were not taken fast enough");
        _dropped = 0;
        return line;
    }
}
