using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using NlinkFs.Mirror;
using NlinkFs.Protocol;
using NlinkFs.Server;

namespace NlinkFs.Benchmarks;

/// <summary>What counting costs: a request two looks at the clock and three additions, a corrected attribute one addition that is atomic.</summary>
public class Counting
{
    private readonly RequestTally _tally = new();
    private readonly CorrectionCounts _corrections = new();

    [Benchmark]
    public void Request()
    {
        long begun = Stopwatch.GetTimestamp();
        _tally.Count(FuseOpcode.Read, Stopwatch.GetElapsedTime(begun).Ticks, 4096);
    }

    [Benchmark]
    public void CorrectedAttribute() => _corrections.Count(Correction.Inode);
}
