using System.Diagnostics;

namespace NlinkFs.Mirror;

/// <summary>
/// Whether the source is slow to answer, so that asking it many things at once is worth the threads. What its kernel side answers
/// from memory says nothing and changes nothing.
/// </summary>
internal sealed class SourcePace
{
    /// <summary>A call that takes longer went to a disk, a network or a sleepy daemon.</summary>
    private const double SlowMicroseconds = 250;

    /// <summary>What an entry with its attributes may take of a server that has them at hand.</summary>
    private const double EntryMicroseconds = 5;

    /// <summary>One slow call may be a busy machine; two within this many milliseconds are the source.</summary>
    private const long Twice = 1000;

    /// <summary>How long a slow source is remembered, milliseconds.</summary>
    private const long Memory = 10_000;

    private long _lastSlow = long.MinValue / 2;
    private long _slowUntil = long.MinValue;

    /// <summary>Whether the source has been slow lately.</summary>
    internal bool IsSlow => Environment.TickCount64 < Volatile.Read(ref _slowUntil);

    /// <summary>Notes a call that began at <paramref name="start"/> (<see cref="Stopwatch.GetTimestamp"/>) and ends now.</summary>
    /// <param name="start">When.</param>
    /// <param name="entries">How many directory entries it brought, each of which takes a little.</param>
    /// <param name="microseconds">How long it took.</param>
    /// <returns>Whether that was slow, and the source is.</returns>
    internal bool Note(long start, int entries, out double microseconds)
    {
        microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        bool slow = microseconds > SlowMicroseconds + (entries * EntryMicroseconds);
        if (slow)
        {
            long now = Environment.TickCount64;
            if (now - Interlocked.Exchange(ref _lastSlow, now) < Twice)
            {
                Volatile.Write(ref _slowUntil, now + Memory);
            }
        }

        return slow && IsSlow;
    }
}
