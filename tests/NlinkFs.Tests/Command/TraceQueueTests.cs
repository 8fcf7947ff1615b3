using NlinkFs.Control;
using Xunit;

namespace NlinkFs.Tests.Command;

/// <summary>What a follower of requests gets: all, or what is slow, or what he could take and how much he missed.</summary>
public sealed class TraceQueueTests
{
    private static readonly TimeSpan s_now = TimeSpan.Zero;

    [Fact]
    public void AllOfItComesInOrder()
    {
        TraceQueue queue = new(slow: 0);
        queue.Asked("rx 1");
        queue.Answered("rx 1", "tx 1", TimeSpan.FromMicroseconds(1500));
        queue.Answered(null, "tx 0", TimeSpan.Zero);
        Assert.Equal(["rx 1", "tx 1 1.5ms", "tx 0"], queue.Take(s_now)!.Lines!);
        Assert.Null(queue.Take(s_now));
    }

    [Fact]
    public void OfSlowOnesTheRequestComesWithItsAnswer()
    {
        TraceQueue queue = new(slow: 1000);
        queue.Asked("rx 1");
        queue.Asked("rx 2");
        queue.Answered("rx 1", "tx 1", TimeSpan.FromMilliseconds(999));
        queue.Answered(null, "tx 0", TimeSpan.Zero);
        queue.Answered("rx 2", "tx 2", TimeSpan.FromMilliseconds(1000));
        Assert.Equal(["rx 2", "tx 2 1000ms"], queue.Take(s_now)!.Lines!);
        Assert.Null(queue.Take(s_now));
    }

    [Fact]
    public void WhatIsMissedIsToldWhereItIsMissing()
    {
        TraceQueue queue = new(slow: 0);
        for (int i = 0; i < 5000; i++)
        {
            queue.Asked($"rx {i}");
        }

        List<string> taken = [.. queue.Take(s_now)!.Lines!];
        queue.Asked("rx after");
        while (queue.Take(s_now) is { } more)
        {
            taken.AddRange(more.Lines!);
        }

        int missing = taken.FindIndex(line => line.StartsWith("--", StringComparison.Ordinal));
        Assert.Equal($"-- {5000 - missing} lines left out, since they were not taken fast enough", taken[missing]);
        Assert.Equal([.. Enumerable.Range(0, missing).Select(i => $"rx {i}")], taken[..missing]);
        Assert.Equal(["rx after"], taken[(missing + 1)..]);
    }
}
