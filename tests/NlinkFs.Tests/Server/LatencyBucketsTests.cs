using NlinkFs.Server;
using Xunit;

namespace NlinkFs.Tests.Server;

public sealed class LatencyBucketsTests
{
    [Fact]
    public void EachDurationIsInTheBucketThatHoldsIt()
    {
        for (double seconds = 1e-7; seconds < 1000; seconds *= 1.013)
        {
            long ticks = (long)(seconds * 1e7);
            int bucket = LatencyBuckets.IndexOf(ticks);
            double from = bucket == 0 ? 0 : LatencyBuckets.BoundOf(bucket - 1);
            Assert.True(ticks / 1e7 >= from - 1e-7 && ticks / 1e7 < LatencyBuckets.BoundOf(bucket), $"{ticks} ticks are in bucket {bucket}");
        }

        Assert.Equal(0, LatencyBuckets.IndexOf(-1));
        Assert.Equal(LatencyBuckets.Count - 1, LatencyBuckets.IndexOf(long.MaxValue / 8));
    }

    [Fact]
    public void BoundsRiseByAHalfOrAThird()
    {
        Assert.Equal(2e-6, LatencyBuckets.BoundOf(0));
        for (int bucket = 1; bucket < LatencyBuckets.Count - 1; bucket++)
        {
            Assert.Equal(bucket % 2 == 1 ? 1.5 : 4 / 3.0, LatencyBuckets.BoundOf(bucket) / LatencyBuckets.BoundOf(bucket - 1), 9);
        }

        Assert.Equal(134.217728, LatencyBuckets.BoundOf(LatencyBuckets.Count - 2));
        Assert.Equal(double.PositiveInfinity, LatencyBuckets.BoundOf(LatencyBuckets.Count - 1));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    public void QuantilesAreOffByAHalfAtWorst(double share)
    {
        // From 10 us to 1 s, as many in each decade.
        double[] durations = [.. Enumerable.Range(0, 10_000).Select(i => 1e-5 * Math.Pow(10, 5 * i / 10_000.0))];
        long[] counts = new long[LatencyBuckets.Count];
        foreach (double duration in durations)
        {
            counts[LatencyBuckets.IndexOf((long)(duration * 1e7))]++;
        }

        Assert.InRange(LatencyBuckets.Quantile(counts, share) / durations[(int)(share * durations.Length)], 0.75, 1.25);

        // All alike is the worst that can happen.
        Array.Clear(counts);
        counts[LatencyBuckets.IndexOf(300_000)] = 1000;
        Assert.InRange(LatencyBuckets.Quantile(counts, share) / 0.03, 0.65, 1.5);
    }

    [Fact]
    public void OfNothingItIsZeroAndOfTheSlowestTheLastBound()
    {
        long[] counts = new long[LatencyBuckets.Count];
        Assert.Equal(0, LatencyBuckets.Quantile(counts, 0.99));
        counts[^1] = 1;
        Assert.Equal(134.217728, LatencyBuckets.Quantile(counts, 0.5));
    }
}
