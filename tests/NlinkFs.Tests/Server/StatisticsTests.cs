using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.Tests.Server;

/// <summary>Each request is counted once, with its latency.</summary>
public sealed class StatisticsTests
{
    [Fact]
    public void EachRequestIsCountedByItsOperation()
    {
        using FakeKernel kernel = new(new EmptyFileSystem { StatFsError = Errno.EACCES });
        for (int i = 0; i < 7; i++)
        {
            _ = kernel.Ask(FuseOpcode.Lookup, NodeId.Root, "x\0"u8);
        }

        for (int i = 0; i < 5; i++)
        {
            _ = kernel.Ask(FuseOpcode.Read, NodeId.Root, FakeKernel.Bytes(new ReadIn { Size = 5000 }));
        }

        for (int i = 0; i < 3; i++)
        {
            _ = kernel.Ask(FuseOpcode.StatFs, NodeId.Root);
        }

        _ = kernel.Post(FuseOpcode.Forget, new NodeId(42), FakeKernel.Bytes(new ForgetIn { LookupCount = 7 }));
        _ = kernel.Ask(FuseOpcode.ReadLink, NodeId.Root);
        _ = kernel.Ask((FuseOpcode)4711, NodeId.Root);
        AssertCounts(kernel, (0, 1), (FuseOpcode.Lookup, 7), (FuseOpcode.Forget, 1), (FuseOpcode.ReadLink, 1), (FuseOpcode.Read, 5), (FuseOpcode.StatFs, 3), (FuseOpcode.Init, 1));
        SessionStatistics statistics = kernel.Session.Statistics;
        Assert.Equal(25_000, statistics.BytesRead);
        Assert.Equal([new ErrorCount(Errno.EACCES, 3), new ErrorCount(Errno.ENOSYS, 2)], statistics.Errors);
    }

    [Fact]
    public void NoneIsLostWhenWorkersComeAndGo()
    {
        const int Rounds = 5;
        const int AtOnce = 60;
        using SemaphoreSlim release = new(0);
        using FakeKernel kernel = new(new EmptyFileSystem { BeforeLookup = release.Wait }, new SessionOptions { IdleWorkers = 2 });
        for (int round = 1; round <= Rounds; round++)
        {
            for (int i = 0; i < AtOnce; i++)
            {
                _ = kernel.Post(FuseOpcode.Lookup, NodeId.Root, "slow\0"u8);
            }

            Assert.True(Commands.Eventually(() => kernel.Session.Workers > AtOnce, 30));
            _ = release.Release(AtOnce);
            for (int i = 0; i < AtOnce; i++)
            {
                _ = kernel.Receive();
            }

            AssertCounts(kernel, (FuseOpcode.Lookup, round * AtOnce), (FuseOpcode.Init, 1));
            Assert.True(Commands.Eventually(() => kernel.Session.Workers <= 3, 30));
        }
    }

    [Fact]
    public void TheLatencyIsThatOfTheCall()
    {
        const int Slow = 20;
        using FakeKernel kernel = new(new EmptyFileSystem { BeforeLookup = () => Thread.Sleep(Slow) });
        for (int i = 0; i < 3; i++)
        {
            _ = kernel.Ask(FuseOpcode.Lookup, NodeId.Root, "x\0"u8);
        }

        AssertCounts(kernel, (FuseOpcode.Lookup, 3), (FuseOpcode.Init, 1));
        OperationStatistics lookups = kernel.Session.Statistics.Operations[0];
        Assert.InRange(lookups.Total.TotalMilliseconds, 3 * Slow, 300 * Slow);
        Assert.InRange(lookups.Quantile(0.5).TotalMilliseconds, 0.75 * Slow, 100 * Slow);
        Assert.True(lookups.Quantile(0.99) >= lookups.Quantile(0.5));
    }

    [Fact]
    public void AnErrorAnsweredInTheWorkersPlaceIsCountedAtOnce()
    {
        using ManualResetEventSlim release = new();
        SessionOptions impatient = new() { Deadlines = new Deadlines(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100)) };
        using FakeKernel kernel = new(new EmptyFileSystem { BeforeLookup = release.Wait }, impatient);
        Assert.Equal(Errno.EIO, kernel.Ask(FuseOpcode.Lookup, NodeId.Root, "slow\0"u8).Error);
        Assert.Equal([new ErrorCount(Errno.EIO, 1)], kernel.Session.Statistics.Errors);
        AssertCounts(kernel, (FuseOpcode.Init, 1));
        release.Set();
        AssertCounts(kernel, (FuseOpcode.Lookup, 1), (FuseOpcode.Init, 1));
    }

    /// <summary>A request counts a moment after its answer is out.</summary>
    private static void AssertCounts(FakeKernel kernel, params (FuseOpcode Operation, long Count)[] expected)
    {
        (FuseOpcode, long)[] counts = [];
        _ = Commands.Eventually(() => expected.SequenceEqual(counts = [.. kernel.Session.Statistics.Operations.Select(operation => (operation.Operation, operation.Count))]), 30);
        Assert.Equal(expected, counts);
    }
}
