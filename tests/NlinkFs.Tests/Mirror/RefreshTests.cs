using System.Text;
using NlinkFs.Mirror;
using NlinkFs.Protocol;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.Tests.Mirror;

/// <summary>What kernels are told to forget. There is one kernel to test with, and it is new: the old ones are a socket.</summary>
public sealed class RefreshTests : IDisposable
{
    private const int InvalInode = 2;
    private const int InvalEntry = 3;
    private const int IncEpoch = 8;

    private readonly TempTree _tree = new();
    private readonly MirrorFileSystem _mirror;

    public RefreshTests()
    {
        _ = _tree.Write("dir/file");
        _ = _tree.Write("dir/other");
        _ = _tree.Write("beside/file");
        _ = MirrorFileSystem.Open(Encoding.UTF8.GetBytes(_tree.Root), new MirrorOptions(), new SilentLog(), TimeSpan.FromSeconds(10), out MirrorFileSystem? mirror, out _);
        _mirror = mirror!;
    }

    public void Dispose()
    {
        _mirror.Dispose();
        _tree.Dispose();
    }

    [Fact]
    public void ANewKernelLooksUpAllNamesAndForgetsTheAttributesBelowThePath()
    {
        using FakeKernel kernel = Kernel(minor: 45);
        NodeId dir = LookUp(kernel, NodeId.Root, "dir");
        NodeId file = LookUp(kernel, dir, "file");
        _ = LookUp(kernel, LookUp(kernel, NodeId.Root, "beside"), "file");
        Assert.True(_mirror.TryRefresh("dir"u8, out int count));
        Assert.Equal(2, count);
        Assert.Equal([(IncEpoch, default), (InvalInode, NodeId.Root), (InvalInode, dir), (InvalInode, file)], Told(kernel, 4));
    }

    [Fact]
    public void AnOldKernelIsToldOfEachNameItKnows()
    {
        using FakeKernel kernel = Kernel(minor: 38);
        NodeId dir = LookUp(kernel, NodeId.Root, "dir");
        NodeId file = LookUp(kernel, dir, "file");
        Assert.True(_mirror.TryRefresh(""u8, out int count));
        Assert.Equal(3, count);
        Assert.Equal(
            [(InvalInode, NodeId.Root), (InvalInode, dir), (InvalEntry, NodeId.Root), (InvalInode, file), (InvalEntry, dir)], Told(kernel, 5));
    }

    [Fact]
    public void AnOldKernelIsToldOfANameThatIsNotThere()
    {
        using FakeKernel kernel = Kernel(minor: 38);
        NodeId dir = LookUp(kernel, NodeId.Root, "dir");
        Assert.True(_mirror.TryRefresh("dir/missing/file"u8, out int count));
        Assert.Equal(0, count);
        Assert.Equal([(InvalInode, NodeId.Root), (InvalEntry, NodeId.Root), (InvalInode, dir), (InvalEntry, dir)], Told(kernel, 4));
    }

    private FakeKernel Kernel(uint minor)
    {
        FakeKernel kernel = new(_mirror, initialize: false);
        Assert.False(kernel.Ask(FuseOpcode.Init, NodeId.None, FakeKernel.Bytes(FakeKernel.FullInit with { Minor = minor })).Error.IsError);
        return kernel;
    }

    private static NodeId LookUp(FakeKernel kernel, NodeId parent, string name) =>
        kernel.Ask(FuseOpcode.Lookup, parent, [.. Encoding.UTF8.GetBytes(name), 0]).As<EntryOut>().NodeId;

    /// <summary>A notification answers request 0 and has its code in the place of an error; the node comes first.</summary>
    private static List<(int Code, NodeId Node)> Told(FakeKernel kernel, int count)
    {
        List<(int, NodeId)> told = [];
        for (int i = 0; i < count; i++)
        {
            Answer answer = kernel.Receive();
            Assert.Equal(0ul, answer.Unique);
            told.Add((-answer.Error.Value, answer.Payload.Length == 0 ? default : answer.As<NodeId>()));
        }

        // Nothing else: an answer comes next.
        Assert.False(kernel.Ask(FuseOpcode.StatFs, NodeId.Root).Error.IsError);
        return told;
    }
}
