using Xunit;

namespace NlinkFs.Tests.Command;

public sealed class ValuesTests
{
    [Theory]
    [InlineData("30s", 30)]
    [InlineData("500ms", 0.5)]
    [InlineData("2m", 120)]
    [InlineData("1h", 3600)]
    [InlineData("1.5", 1.5)]
    [InlineData("0", 0)]
    [InlineData("1d", 86400)]
    public void DurationsAreReadAsPeopleWriteThem(string text, double seconds)
    {
        Assert.True(Values.TryParseDuration(text, out TimeSpan duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1 s")]
    [InlineData("1e9")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("99999999h")]
    [InlineData("1s2")]
    public void WhatIsNoDurationIsRefused(string text) => Assert.False(Values.TryParseDuration(text, out _));

    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("128K", 131072)]
    [InlineData("1M", 1048576)]
    [InlineData("1MiB", 1048576)]
    [InlineData("2GB", 2147483648)]
    [InlineData("1.5k", 1536)]
    public void SizesAreReadAsPeopleWriteThem(string text, long bytes)
    {
        Assert.True(Values.TryParseSize(text, out long size));
        Assert.Equal(bytes, size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("K")]
    [InlineData("-1")]
    [InlineData("1T1")]
    [InlineData("99999999999G")]
    public void WhatIsNoSizeIsRefused(string text) => Assert.False(Values.TryParseSize(text, out _));

    [Fact]
    public void TheNearestNameIsFoundAndNoneWhenNothingIsNear()
    {
        Assert.Equal("max_read", Values.Nearest("maxread", ["max_read", "ro", "noatime"]));
        Assert.Null(Values.Nearest("zzzzzzzz", ["max_read", "ro", "noatime"]));
    }
}
