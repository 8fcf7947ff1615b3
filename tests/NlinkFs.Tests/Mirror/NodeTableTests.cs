using System.Text;
using NlinkFs.Linux;
using NlinkFs.Mirror;
using NlinkFs.Protocol;
using Xunit;

namespace NlinkFs.Tests.Mirror;

public sealed class NodeTableTests
{
    private readonly NodeTable _nodes = new(default);

    [Fact]
    public void ANameKeepsItsNodeAndNumberWhileItIsRemembered()
    {
        NodeId first = Remember(NodeId.Root, "a", out ulong ino);
        Assert.Equal(first, Remember(NodeId.Root, "a", out ulong again));
        Assert.Equal(ino, again);
        Assert.Equal(ino, _nodes.InoFor(NodeId.Root, "a"u8));
    }

    [Fact]
    public void NumbersAreTheSameInAnotherTable()
    {
        _ = Remember(Remember(NodeId.Root, "dir", out _), "file", out ulong here);
        NodeTable other = new(default);
        NodeId directory = other.Remember(NodeId.Root, "dir"u8, FileType.Directory, false, out _);
        Assert.Equal(here, other.InoFor(directory, "file"u8));
    }

    [Fact]
    public void ANodeIsForgottenWhenAllItsLookupsAreAndItsIdIsNeverGivenOutAgain()
    {
        NodeId node = Remember(NodeId.Root, "a", out ulong ino);
        _ = Remember(NodeId.Root, "a", out _);
        _nodes.Forget(node, 1);
        Assert.Equal(ino, _nodes.InoOf(node));
        _nodes.Forget(node, 1);
        Assert.Equal(0ul, _nodes.InoOf(node));
        Assert.Equal(1, _nodes.Count);

        NodeId next = Remember(NodeId.Root, "a", out ulong sameIno);
        Assert.NotEqual(node, next);
        Assert.Equal(ino, sameIno);
    }

    [Fact]
    public void AParentOutlivesItsOwnForgetWhileAChildIsRemembered()
    {
        NodeId parent = Remember(NodeId.Root, "dir", out _);
        NodeId child = Remember(parent, "file", out _);
        _nodes.Forget(parent, 1);
        Assert.True(_nodes.TryGetName(child, new byte[256], out NodeId found, out _));
        Assert.Equal(parent, found);
        _nodes.Forget(child, 1);
        Assert.Equal(1, _nodes.Count);
    }

    [Fact]
    public void ForgettingTooMuchOrTheUnknownOrTheRootDoesNothing()
    {
        _nodes.Forget(new NodeId(123456), 1);
        _nodes.Forget(new NodeId(ulong.MaxValue), 1);
        _nodes.Forget(NodeId.Root, 100);
        _nodes.Forget(Remember(NodeId.Root, "a", out _), ulong.MaxValue);
        Assert.Equal(1, _nodes.Count);
        Assert.Equal(1ul, _nodes.InoOf(NodeId.Root));
    }

    [Fact]
    public void AnotherTypeAtThePathIsAnotherNode()
    {
        NodeId file = Remember(NodeId.Root, "a", out ulong ino);
        NodeId directory = _nodes.Remember(NodeId.Root, "a"u8, FileType.Directory, false, out ulong newIno);
        Assert.NotEqual(file, directory);
        Assert.Equal(ino, newIno);
        Assert.False(_nodes.TryGetName(file, new byte[256], out _, out _));
        _nodes.Forget(file, 1);
        Assert.True(_nodes.TryGetName(directory, new byte[256], out _, out _));
    }

    [Fact]
    public void WithAHashThatCollidesNumbersStayUniqueAndStable()
    {
        NodeTable weak = new(new InodeHash(~0x3fful));
        Dictionary<string, (NodeId Node, ulong Ino)> seen = [];
        for (int i = 0; i < 600; i++)
        {
            string name = $"f{i}";
            NodeId node = weak.Remember(NodeId.Root, Encoding.ASCII.GetBytes(name), FileType.Regular, false, out ulong ino);
            seen.Add(name, (node, ino));
        }

        Assert.Equal(seen.Count, seen.Values.Select(value => value.Ino).Distinct().Count());
        Assert.DoesNotContain(seen.Values, value => value.Ino <= 1);

        // Half of them go; the others keep their numbers, though those they collided with are no longer there.
        foreach ((string name, (NodeId node, _)) in seen.Where((_, index) => index % 2 == 0))
        {
            weak.Forget(node, 1);
        }

        foreach ((string name, (NodeId node, ulong ino)) in seen.Where((_, index) => index % 2 == 1))
        {
            Assert.Equal(node, weak.Remember(NodeId.Root, Encoding.ASCII.GetBytes(name), FileType.Regular, false, out ulong again));
            Assert.Equal(ino, again);
        }
    }

    [Fact]
    public void ManyNodesComeAndGo()
    {
        const int Count = 50_000;
        NodeId[] nodes = new NodeId[Count];
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < Count; i++)
            {
                nodes[i] = Remember(NodeId.Root, $"name{i}", out _);
            }

            Assert.Equal(Count + 1, _nodes.Count);
            foreach (NodeId node in nodes)
            {
                _nodes.Forget(node, 1);
            }

            Assert.Equal(1, _nodes.Count);
        }
    }

    private NodeId Remember(NodeId parent, string name, out ulong ino) =>
        _nodes.Remember(parent, Encoding.UTF8.GetBytes(name), FileType.Regular, replaced: false, out ino);
}
