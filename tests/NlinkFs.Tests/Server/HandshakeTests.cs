using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.Tests.Server;

/// <summary>What is negotiated with kernels old and new.</summary>
public sealed class HandshakeTests
{
    [Theory]
    [InlineData(31u, 31u)]
    [InlineData(38u, 38u)]
    [InlineData(45u, 45u)]
    [InlineData(46u, 45u)]
    [InlineData(99u, 45u)]
    public void TheOlderMinorVersionIsSpoken(uint kernel, uint spoken)
    {
        InitIn init = FakeKernel.FullInit with { Minor = kernel };
        Assert.Equal(HandshakeResult.Agreed, Handshake.Negotiate(in init, new SessionOptions(), out InitOut reply, out NegotiatedSession session));
        Assert.Equal(spoken, reply.Minor);
        Assert.Equal(spoken, session.Minor);
        Assert.Equal(7u, reply.Major);
    }

    [Theory]
    [InlineData(7u, 30u)]
    [InlineData(6u, 45u)]
    public void AnOldKernelIsRefusedWithAReason(uint major, uint minor)
    {
        using FakeKernel kernel = new(new EmptyFileSystem(), initialize: false);
        InitIn init = FakeKernel.FullInit with { Major = major, Minor = minor };
        Assert.Equal(Errno.EPROTO, kernel.Ask(FuseOpcode.Init, NodeId.None, FakeKernel.Bytes(in init)).Error);
        Assert.Contains($"{major}.{minor}", Assert.Single(kernel.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void ANewerMajorVersionIsAskedToComeBackWithOurs()
    {
        using FakeKernel kernel = new(new EmptyFileSystem(), initialize: false);
        Answer answer = kernel.Ask(FuseOpcode.Init, NodeId.None, FakeKernel.Bytes(FakeKernel.FullInit with { Major = 8 }));
        Assert.Equal(7u, answer.As<InitOut>().Major);
        Assert.False(kernel.Session.WaitForInit(TimeSpan.Zero, out _));
        Assert.False(kernel.Ask(FuseOpcode.Init, NodeId.None, FakeKernel.Bytes(FakeKernel.FullInit)).Error.IsError);
        Assert.True(kernel.Session.WaitForInit(TimeSpan.FromSeconds(5), out _));
    }

    [Fact]
    public void OnlyWhatIsOfferedIsTaken()
    {
        InitIn init = new() { Major = 7, Minor = 31, MaxReadahead = 4096, Flags = (uint)InitFlags.ParallelDirops, Flags2 = uint.MaxValue };
        _ = Handshake.Negotiate(in init, new SessionOptions(), out InitOut reply, out NegotiatedSession session);
        Assert.Equal(InitFlags.ParallelDirops, session.Features);
        Assert.Equal((uint)InitFlags.ParallelDirops, reply.Flags);
        Assert.Equal(0u, reply.Flags2);
        Assert.Equal(4096u, reply.MaxReadahead);
    }

    [Fact]
    public void WithoutMaxPagesRequestsStayAtThirtyTwoPages()
    {
        InitIn init = new() { Major = 7, Minor = 31 };
        _ = Handshake.Negotiate(in init, new SessionOptions(), out _, out NegotiatedSession session);
        Assert.Equal(32, session.MaxPages);
    }

    [Fact]
    public void TheShortInitOfOlderKernelsIsUnderstood()
    {
        using FakeKernel kernel = new(new EmptyFileSystem(), initialize: false);
        byte[] init = FakeKernel.Bytes(FakeKernel.FullInit with { Minor = 31 })[..InitIn.ShortSize];
        Assert.False(kernel.Ask(FuseOpcode.Init, NodeId.None, init).Error.IsError);
    }
}
