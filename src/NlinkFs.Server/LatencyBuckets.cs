using System.Numerics;

namespace NlinkFs.Server;

/// <summary>
/// The buckets that latencies are counted in: the powers of two from 2 microseconds to 134 seconds and one in between each, so that what
/// is read out of them is off by a half at worst. The first bucket holds what is faster, the last what is slower.
/// </summary>
public static class LatencyBuckets
{
    /// <summary>Bits that an eighth of a microsecond needs to reach the first bound, 2 microseconds.</summary>
    private const int FirstBit = 4;
    private const int Octaves = 26;

    /// <summary>How many there are.</summary>
    public const int Count = (2 * Octaves) + 2;

    /// <summary>The upper bound of a bucket, seconds; of the last one infinity. Even ones are powers of two of a microsecond.</summary>
    public static double BoundOf(int bucket) => bucket == Count - 1
        ? double.PositiveInfinity
        : (1L << (FirstBit + (bucket / 2))) * (bucket % 2 == 0 ? 1 : 1.5) / 8e6;

    /// <summary>The duration, in seconds, below which this share of what was counted lies; 0 when nothing was.</summary>
    /// <param name="counts">One count a bucket.</param>
    /// <param name="share">From 0 to 1: 0.99 for p99.</param>
    public static double Quantile(ReadOnlySpan<long> counts, double share)
    {
        long total = 0;
        foreach (long count in counts)
        {
            total += count;
        }

        double rank = share * total;
        long below = 0;
        for (int bucket = 0; bucket < Count && total > 0; bucket++)
        {
            if (below + counts[bucket] >= rank && counts[bucket] > 0)
            {
                // Taken as spread evenly over the bucket; nothing is known of what is slower than all bounds.
                double from = bucket == 0 ? 0 : BoundOf(bucket - 1);
                double to = bucket == Count - 1 ? from : BoundOf(bucket);
                return from + ((to - from) * (rank - below) / counts[bucket]);
            }

            below += counts[bucket];
        }

        return 0;
    }

    /// <summary>The bucket of a duration.</summary>
    /// <param name="ticks">In ticks of <see cref="TimeSpan"/>, 100 ns.</param>
    internal static int IndexOf(long ticks)
    {
        ulong eighths = (ulong)Math.Max(0, ticks) * 4 / 5;
        int bit = BitOperations.Log2(eighths);
        int half = bit < FirstBit ? 0 : (int)(eighths >> (bit - 1)) & 1;
        return bit < FirstBit ? 0 : Math.Min(1 + (2 * (bit - FirstBit)) + half, Count - 1);
    }
}
