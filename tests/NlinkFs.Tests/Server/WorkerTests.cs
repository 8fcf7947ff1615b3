using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.Tests.Server;

/// <summary>One slow call never holds up another request.</summary>
public sealed class WorkerTests
{
    [Fact]
    public void OthersAreServedWhileOneIsStuck()
    {
        using ManualResetEventSlim release = new();
        using FakeKernel kernel = new(new EmptyFileSystem { BeforeLookup = release.Wait });
        ulong stuck = kernel.Post(FuseOpcode.Lookup, NodeId.Root, "slow\0"u8);
        for (int i = 0; i < 100; i++)
        {
            Assert.False(kernel.Ask(FuseOpcode.StatFs, NodeId.Root).Error.IsError);
        }

        release.Set();
        Assert.Equal(stuck, kernel.Receive().Unique);
    }

    [Fact]
    public void WithAllWorkersStuckForgetAndReleaseAreTakenAndTheRestWaits()
    {
        const int Workers = 4;
        using ManualResetEventSlim release = new();
        EmptyFileSystem fileSystem = new() { BeforeLookup = release.Wait };
        using FakeKernel kernel = new(fileSystem, new SessionOptions { MaxWorkers = Workers });
        HashSet<ulong> waiting = [];
        for (int i = 0; i < 2 * Workers; i++)
        {
            waiting.Add(kernel.Post(FuseOpcode.Lookup, NodeId.Root, "slow\0"u8));
        }

        Assert.True(Commands.Eventually(() => kernel.Log.Lines.Count == 1));
        Assert.Equal($"exhausted {Workers}", kernel.Log.Lines[0]);
        Assert.True(Commands.Eventually(() => kernel.Session.IsReading));

        // The answer to RELEASE comes at once, and FORGET is done, though nobody is free.
        ReleaseIn handle = new() { Fh = new FileHandleId(77) };
        Assert.False(kernel.Ask(FuseOpcode.Release, NodeId.Root, FakeKernel.Bytes(in handle)).Error.IsError);
        _ = kernel.Post(FuseOpcode.Forget, new NodeId(99), FakeKernel.Bytes(new ForgetIn { LookupCount = 1 }));
        Assert.True(Commands.Eventually(() => fileSystem.Released.Contains(77ul) && fileSystem.Forgotten.Contains(new NodeId(99))));
        Assert.Equal(Workers, kernel.Session.Workers);

        release.Set();
        while (waiting.Count > 0)
        {
            Assert.True(waiting.Remove(kernel.Receive().Unique));
        }

        Assert.False(kernel.Ask(FuseOpcode.StatFs, NodeId.Root).Error.IsError);
    }

    [Fact]
    public void WorkersThatAreNotNeededEnd()
    {
        using ManualResetEventSlim release = new();
        using FakeKernel kernel = new(new EmptyFileSystem { BeforeLookup = release.Wait }, new SessionOptions { IdleWorkers = 2 });
        for (int i = 0; i < 50; i++)
        {
            _ = kernel.Post(FuseOpcode.Lookup, NodeId.Root, "slow\0"u8);
        }

        Assert.True(Commands.Eventually(() => kernel.Session.Workers >= 50));
        release.Set();
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(Errno.None, kernel.Receive().Error);
        }

        Assert.True(Commands.Eventually(() => kernel.Session.Workers <= 3), $"{kernel.Session.Workers} workers are left");
    }
}
