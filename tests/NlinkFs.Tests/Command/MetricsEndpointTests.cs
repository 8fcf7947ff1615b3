using System.Net;
using System.Net.Sockets;
using NlinkFs.Metrics;
using Xunit;

namespace NlinkFs.Tests.Command;

public sealed class MetricsEndpointTests
{
    [Theory]
    [InlineData(":9101", "127.0.0.1:9101")]
    [InlineData(":0", "127.0.0.1:0")]
    [InlineData("0.0.0.0:9101", "0.0.0.0:9101")]
    [InlineData("[::1]:9101", "[::1]:9101")]
    public void AnAddressAndPort(string text, string expected)
    {
        Assert.True(MetricsEndpoint.TryParse(text, out EndPoint? endpoint));
        Assert.Equal((expected, $"http://{expected}"), (endpoint!.ToString(), MetricsEndpoint.Describe(endpoint)));
    }

    [Fact]
    public void AUnixSocketsPathIsAbsolute()
    {
        Assert.True(MetricsEndpoint.TryParse("unix:metrics.sock", out EndPoint? endpoint));
        Assert.Equal(Path.GetFullPath("metrics.sock"), Assert.IsType<UnixDomainSocketEndPoint>(endpoint).ToString());
        Assert.Equal($"unix:{Path.GetFullPath("metrics.sock")}", MetricsEndpoint.Describe(endpoint));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("9101")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost:9101")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:")]
    [InlineData("[::1]")]
    [InlineData("::1:9101")]
    [InlineData("[::1")]
    [InlineData("unix:")]
    public void NothingElse(string text) => Assert.False(MetricsEndpoint.TryParse(text, out _));

    [Fact]
    public void APathTooLongForASocketIsRefused() => Assert.False(MetricsEndpoint.TryParse($"unix:/{new string('x', 120)}", out _));
}
