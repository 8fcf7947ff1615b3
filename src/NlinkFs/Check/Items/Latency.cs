using System.Globalization;

namespace NlinkFs.Check.Items;

/// <summary>How long one kind of call takes. Never worse than a note: a slow source is none that is broken.</summary>
internal sealed class Latency(Operation operation, string id, string subject, string effect) : Check<Evidence>(id, subject)
{
    /// <summary>Above this a folder of twenty files takes a second.</summary>
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(50);

    internal override Finding Judge(Evidence evidence)
    {
        if (!evidence.Durations.TryGetValue(operation, out List<TimeSpan>? durations))
        {
            return Unseen("none was made");
        }

        List<TimeSpan> sorted = [.. durations.Order()];
        TimeSpan median = sorted[sorted.Count / 2];
        string found = string.Create(CultureInfo.InvariantCulture, $"{Milliseconds(median)} (median of {sorted.Count}, longest {Milliseconds(sorted[^1])})");
        return median < s_slow ? Ok(found) : Note($"slow: {found}", effect, "a mirror asks slow sources many things at once, and ahead");
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds >= 10
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.##} ms");
}
