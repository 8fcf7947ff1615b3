using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.Tests.Server;

/// <summary>Frames in, answers out, over a socket pair: every request is answered exactly once, whatever it holds.</summary>
public sealed class DispatcherTests
{
    public static TheoryData<FuseOpcode> AllOpcodes => [.. Enum.GetValues<FuseOpcode>().Where(opcode => opcode != FuseOpcode.CuseInit)];

    [Fact]
    public void ThereIsAGoldenFrameForEveryOpcode() =>
        Assert.Equal(Enum.GetValues<FuseOpcode>().Where(opcode => opcode != FuseOpcode.CuseInit).Order(), GoldenFrames.Bodies.Keys.Order());

    [Theory]
    [MemberData(nameof(AllOpcodes))]
    public void AWellFormedRequestIsAnsweredExactlyOnce(FuseOpcode opcode)
    {
        using FakeKernel kernel = new(new EmptyFileSystem());
        ulong unique = kernel.Post(opcode, NodeId.Root, GoldenFrames.Bodies[opcode]);
        if (!GoldenFrames.Unanswered.Contains(opcode))
        {
            Assert.Equal(unique, kernel.Receive().Unique);
        }

        AssertNothingElseCame(kernel);
        Assert.Empty(kernel.Log.Lines);
    }

    [Theory]
    [MemberData(nameof(AllOpcodes))]
    public void ARequestCutOffAnywhereIsAnsweredWithAnError(FuseOpcode opcode)
    {
        using FakeKernel kernel = new(new EmptyFileSystem());
        byte[] whole = FakeKernel.Frame(opcode, unique: 1001, NodeId.Root, GoldenFrames.Bodies[opcode]);
        for (int length = 1; length < whole.Length; length++)
        {
            kernel.Send(whole.AsSpan(0, length));

            // Up to 4 bytes there is no opcode, so it cannot be one that wants no answer.
            if (length <= 4 || !GoldenFrames.Unanswered.Contains(opcode))
            {
                Assert.True(kernel.Receive().Error.IsError, $"{opcode} cut to {length} bytes was accepted");
            }
        }

        AssertNothingElseCame(kernel);
    }

    [Theory]
    [MemberData(nameof(AllOpcodes))]
    public void ABodyCutOffUnderAnHonestHeaderIsAnsweredWithAnError(FuseOpcode opcode)
    {
        using FakeKernel kernel = new(new EmptyFileSystem());
        byte[] body = GoldenFrames.Bodies[opcode];
        for (int length = 0; length < body.Length; length++)
        {
            bool stillAnInit = opcode == FuseOpcode.Init && length >= InitIn.ShortSize;
            if (GoldenFrames.Unanswered.Contains(opcode))
            {
                _ = kernel.Post(opcode, NodeId.Root, body.AsSpan(0, length));
            }
            else if (!stillAnInit)
            {
                Answer answer = kernel.Ask(opcode, NodeId.Root, body.AsSpan(0, length));
                Assert.True(answer.Error.IsError, $"{opcode} with {length} of {body.Length} bytes was accepted");
            }
        }

        AssertNothingElseCame(kernel);
    }

    [Fact]
    public void AnUnknownOpcodeGetsEnosys()
    {
        using FakeKernel kernel = new(new EmptyFileSystem());
        Assert.Equal(Errno.ENOSYS, kernel.Ask((FuseOpcode)4711, NodeId.Root).Error);
    }

    [Fact]
    public void AnErrnoTheKernelWouldRefuseBecomesEio()
    {
        using FakeKernel kernel = new(new EmptyFileSystem { StatFsError = new Errno(600) });
        Assert.Equal(Errno.EIO, kernel.Ask(FuseOpcode.StatFs, NodeId.Root).Error);
    }

    [Fact]
    public void AnExceptionInAHandlerIsAnsweredEioAndReported()
    {
        using FakeKernel kernel = new(new EmptyFileSystem { Throws = true });
        Assert.Equal(Errno.EIO, kernel.Ask(FuseOpcode.StatFs, NodeId.Root).Error);
        Assert.Contains("InvalidOperationException", Assert.Single(kernel.Log.Lines), StringComparison.Ordinal);
        Assert.Equal(Errno.ENOSYS, kernel.Ask(FuseOpcode.ReadLink, NodeId.Root).Error);
    }

    [Fact]
    public void AnErrorCarriesNoPayload()
    {
        using FakeKernel kernel = new(new EmptyFileSystem { StatFsError = Errno.EACCES });
        Assert.Empty(kernel.Ask(FuseOpcode.StatFs, NodeId.Root).Payload);
    }

    [Fact]
    public void AReadLargerThanAnyBufferIsCut()
    {
        using FakeKernel kernel = new(new EmptyFileSystem(), new SessionOptions { MaxPages = 16 });
        byte[] read = FakeKernel.Bytes(new ReadIn { Size = uint.MaxValue });
        Assert.Equal(16 * 4096, kernel.Ask(FuseOpcode.Read, NodeId.Root, read).Payload.Length);
    }

    [Fact]
    public void WhatAnUndeliveredAnswerHandedOutIsTakenBack()
    {
        using ManualResetEventSlim gone = new();
        EmptyFileSystem fileSystem = new() { BeforeLookup = gone.Wait };
        FakeKernel kernel = new(fileSystem);
        _ = kernel.Post(FuseOpcode.Lookup, NodeId.Root, "x\0"u8);
        Assert.True(Commands.Eventually(() => fileSystem.Lookups == 1));
        kernel.Dispose();
        gone.Set();
        Assert.True(Commands.Eventually(() => fileSystem.Forgotten.Contains(new NodeId(42))));
    }

    private static void AssertNothingElseCame(FakeKernel kernel)
    {
        ulong last = kernel.Post(FuseOpcode.StatFs, NodeId.Root);
        Assert.Equal(last, kernel.Receive().Unique);
    }
}

/// <summary>A file system without anything in it, that notes what is asked.</summary>
internal sealed class EmptyFileSystem : FileSystem
{
    private int _lookups;

    internal Errno StatFsError { get; init; }

    internal bool Throws { get; init; }

    internal Action BeforeLookup { get; init; } = () => { };

    internal int Lookups => Volatile.Read(ref _lookups);

    internal System.Collections.Concurrent.ConcurrentBag<NodeId> Forgotten { get; } = [];

    internal System.Collections.Concurrent.ConcurrentBag<ulong> Released { get; } = [];

    internal System.Collections.Concurrent.ConcurrentBag<(FuseOpcode Opcode, int Stuck)> Overdue { get; } = [];

    public override void CallOverdue(FuseOpcode opcode, NodeId node, int stuck) => Overdue.Add((opcode, stuck));

    public override Errno StatFs(in RequestContext context, NodeId node, out StatFsOut stat)
    {
        stat = default;
        return Throws ? throw new InvalidOperationException("on purpose") : StatFsError;
    }

    public override Errno Lookup(in RequestContext context, NodeId parent, ReadOnlySpan<byte> name, out EntryOut entry)
    {
        _ = Interlocked.Increment(ref _lookups);
        BeforeLookup();
        entry = new EntryOut { NodeId = new NodeId(42) };
        return Errno.None;
    }

    public override Errno Read(in RequestContext context, NodeId node, in ReadIn args, ReadReply reply)
    {
        reply.Count = reply.Buffer.Length;
        return Errno.None;
    }

    public override void Forget(NodeId node, ulong lookupCount) => Forgotten.Add(node);

    public override void Release(NodeId node, in ReleaseIn args) => Released.Add(args.Fh.Value);
}
