using NlinkFs.Control;
using Xunit;

namespace NlinkFs.Tests.Command;

public sealed class ServedTextTests
{
    [Theory]
    [InlineData(0, "0.0 us")]
    [InlineData(9.44e-6, "9.4 us")]
    [InlineData(9.6e-6, "10 us")]
    [InlineData(0.0009994, "999 us")]
    [InlineData(0.0009996, "1.0 ms")]
    [InlineData(0.0213, "21 ms")]
    [InlineData(0.9996, "1.0 s")]
    [InlineData(12.6, "13 s")]
    public void LatenciesHaveTheUnitThatSuits(double seconds, string text) => Assert.Equal(text, ServedText.Latency(seconds));

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(999, "999 bytes")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(999_949_999, "999.9 MB")]
    [InlineData(999_960_000, "1.0 GB")]
    [InlineData(long.MaxValue, "9223.4 PB")]
    public void SizesToo(long bytes, string text) => Assert.Equal(text, ServedText.Size(bytes));

    [Fact]
    public void TheBusiestOperationComesFirst()
    {
        StatusReport report = new()
        {
            BytesRead = 1_234_567,
            DataPath = new DataPathStatus("passthrough", "asked for"),
            Errors = [new ErrorReport("ENOENT", 2), new ErrorReport("EIO", 1)],
            Corrections = [new CorrectionReport("link_count", 4), new CorrectionReport("inode", 0)],
            Operations = [new OperationReport("lookup", 3, 12e-6, 1.2e-3), new OperationReport("read", 4000, 0.0213, 1.5)],
        };
        Assert.Equal(
            """
            served:     1.2 MB read by the daemon (what the kernel reads itself is not seen); errors: 2 ENOENT, 1 EIO
            corrected:  4 link_count

            operation              count       p50       p99
            read                    4000     21 ms     1.5 s
            lookup                     3     12 us    1.2 ms
            """,
            ServedText.Of(report));
    }

    [Fact]
    public void OfAnOlderDaemonNothingIsSaid() => Assert.Equal("", ServedText.Of(new StatusReport()));
}
