using System.Text;
using NlinkFs.Linux;
using NlinkFs.Mirror;
using NlinkFs.Protocol;
using NlinkFs.Server;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.Tests.Mirror;

/// <summary>
/// A LOOKUP waits for the source's return while the kernel gets an older answer to a later one: it then drops what the first brings
/// (fuse_change_attributes), goes by the old size, and would read another file's bytes up to it. Chance decides that on a real mount.
/// </summary>
public sealed class RepeatedRequestTests : IDisposable
{
    private static readonly RequestContext s_fresh = new(default, 0, 0, 0);

    private readonly TempTree _tree = new();
    private readonly MirrorFileSystem _mirror;

    public RepeatedRequestTests()
    {
        _ = _tree.Write("source/file", "one");
        _ = MirrorFileSystem.Open(
            Encoding.UTF8.GetBytes(_tree.At("source")), new MirrorOptions { Io = IoMode.Proxy }, new SilentLog(), TimeSpan.FromSeconds(10), out MirrorFileSystem? mirror, out _);
        _mirror = mirror!;
    }

    public void Dispose()
    {
        _mirror.Dispose();
        _tree.Dispose();
    }

    [Fact]
    public void AFileThatChangedWhileItsLookupWaitedIsNotOpenedAtASizeTheKernelMayNotHaveTaken()
    {
        NodeId node = LookUp(in s_fresh, size: 3);
        ReplaceSource("another");
        Assert.Equal(node, LookUp(s_fresh with { IsRepeated = true }, size: 7));
        Assert.Equal(Errno.ESTALE, Open(node));
        Assert.Equal(node, LookUp(in s_fresh, size: 7));
        Assert.Equal(Errno.None, Open(node));
    }

    [Fact]
    public void AFileThatIsAsItWasIsOpenedAtOnce()
    {
        NodeId node = LookUp(in s_fresh, size: 3);
        Directory.Move(_tree.At("source"), _tree.At("away"));
        Assert.True(Commands.Eventually(() => _mirror.SourceStatus.State == SourceState.Lost, 10));
        Directory.Move(_tree.At("away"), _tree.At("source"));
        Assert.True(Commands.Eventually(() => _mirror.SourceStatus.State == SourceState.Present, 10));
        Assert.Equal(node, LookUp(s_fresh with { IsRepeated = true }, size: 3));
        Assert.Equal(Errno.None, Open(node));
    }

    private void ReplaceSource(string content)
    {
        Directory.Move(_tree.At("source"), _tree.At("away"));
        Assert.True(Commands.Eventually(() => _mirror.SourceStatus.State == SourceState.Lost, 10));
        _ = _tree.Write("source/file", content);
        Assert.True(Commands.Eventually(() => _mirror.SourceStatus.State == SourceState.Present, 10));
    }

    private NodeId LookUp(in RequestContext context, ulong size)
    {
        Assert.Equal(Errno.None, _mirror.Lookup(in context, NodeId.Root, "file"u8, out EntryOut entry));
        Assert.Equal(size, entry.Attr.Size);
        return entry.NodeId;
    }

    private Errno Open(NodeId node) => _mirror.Open(in s_fresh, node, default, out _);
}
