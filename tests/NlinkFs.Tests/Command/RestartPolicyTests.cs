using NlinkFs.Supervision;
using Xunit;

namespace NlinkFs.Tests.Command;

/// <summary>When a command is started again.</summary>
public sealed class RestartPolicyTests
{
    private static readonly TimeSpan s_briefly = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(2);

    [Fact]
    public void ThePauseDoublesUpToHalfAMinute()
    {
        RestartPolicy policy = new(8);
        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30, null], Enumerable.Range(0, 9).Select(_ => policy.Next(s_briefly)?.TotalSeconds));
    }

    [Fact]
    public void WhatRanForAWhileBeginsAnew()
    {
        RestartPolicy policy = new(2);
        Assert.Equal(1, policy.Next(s_briefly)?.TotalSeconds);
        Assert.Equal(2, policy.Next(s_briefly)?.TotalSeconds);
        Assert.Equal(1, policy.Next(s_long)?.TotalSeconds);
        Assert.Equal(2, policy.Next(s_briefly)?.TotalSeconds);
        Assert.Null(policy.Next(s_briefly));
    }

    [Fact]
    public void NeverMeansNever() => Assert.Null(new RestartPolicy(0).Next(s_long));
}
