using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.Tests.Server;

/// <summary>A request whose worker is stuck is answered in its place, once.</summary>
public sealed class DeadlineTests
{
    private static readonly SessionOptions s_options = new() { Deadlines = new Deadlines(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(0.3)) };

    [Fact]
    public void ACallPastItsDeadlineIsAnsweredOnceAndWhatItFoundIsTakenBack()
    {
        using ManualResetEventSlim release = new();
        EmptyFileSystem fileSystem = new() { BeforeLookup = release.Wait };
        using FakeKernel kernel = new(fileSystem, s_options);
        ulong late = kernel.Post(FuseOpcode.Lookup, NodeId.Root, "slow\0"u8);
        Answer answer = kernel.Receive();
        Assert.Equal((late, Errno.EIO), (answer.Unique, answer.Error));
        Assert.True(Commands.Eventually(() => fileSystem.Overdue.Contains((FuseOpcode.Lookup, 1)) && kernel.Session.StuckCalls == 1));

        release.Set();
        Assert.True(Commands.Eventually(() => kernel.Session.StuckCalls == 0 && fileSystem.Forgotten.Contains(new NodeId(42))));

        // Nothing comes after it but what is asked for next.
        Assert.False(kernel.Ask(FuseOpcode.StatFs, NodeId.Root).Error.IsError);
    }

    [Fact]
    public void RequestsThatWaitForAWorkerHaveADeadlineToo()
    {
        using ManualResetEventSlim release = new();
        using FakeKernel kernel = new(new EmptyFileSystem { BeforeLookup = release.Wait }, s_options with { MaxWorkers = 2 });
        HashSet<ulong> waiting = [];
        for (int i = 0; i < 6; i++)
        {
            waiting.Add(kernel.Post(FuseOpcode.Lookup, NodeId.Root, "slow\0"u8));
        }

        while (waiting.Count > 0)
        {
            Answer answer = kernel.Receive();
            Assert.Equal(Errno.EIO, answer.Error);
            Assert.True(waiting.Remove(answer.Unique));
        }

        release.Set();
    }

    [Fact]
    public void ASignalThatDoesNotKillTheCallerChangesNothing()
    {
        using ManualResetEventSlim release = new();
        using FakeKernel kernel = new(new EmptyFileSystem { BeforeLookup = release.Wait });
        ulong slow = kernel.Post(FuseOpcode.Lookup, NodeId.Root, "slow\0"u8);
        _ = kernel.Post(FuseOpcode.Interrupt, NodeId.Root, FakeKernel.Bytes(new InterruptIn { Unique = new RequestId(slow) }));
        Assert.False(kernel.Ask(FuseOpcode.StatFs, NodeId.Root).Error.IsError);
        release.Set();
        Answer answer = kernel.Receive();
        Assert.Equal((slow, Errno.None), (answer.Unique, answer.Error));
    }
}
