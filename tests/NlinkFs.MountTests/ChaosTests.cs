using NlinkFs.Chaos;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>The mirror outlives its source, and never lies about it. scripts/chaos.sh does the same for longer.</summary>
public sealed class ChaosTests
{
    [Theory]
    [InlineData(SourceKind.CSharp, 7)]
    [InlineData(SourceKind.Go, 11)]
    public void WhoeverUsesTheMirrorNoticesNothingOfASourceThatFailsThirtyTimes(SourceKind kind, int seed)
    {
        // A busy machine stalls by itself; ten seconds are still far from a grace that runs out.
        ChaosOptions options = new()
        {
            Source = kind,
            Seed = seed,
            Restarts = 30,
            Absence = TimeSpan.FromSeconds(0.6),
            Tolerance = TimeSpan.FromSeconds(10),
        };
        Report report = ChaosRun.Run(options, cancelled: TestContext.Current.CancellationToken);
        Assert.True(report.Holds, report.ToTable());
    }
}
