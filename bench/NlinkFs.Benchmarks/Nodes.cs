using System.Text;
using BenchmarkDotNet.Attributes;
using NlinkFs.Linux;
using NlinkFs.Mirror;
using NlinkFs.Protocol;

namespace NlinkFs.Benchmarks;

/// <summary>The node table with few and with many nodes in it: what LOOKUP, FORGET and every request by node id pay.</summary>
public class Nodes
{
    private const int Names = 1024;

    private readonly byte[][] _names = [.. Enumerable.Range(0, Names).Select(i => Encoding.UTF8.GetBytes($"Pioneer One - S01E{i}.mkv"))];
    private readonly byte[] _buffer = new byte[256];
    private readonly byte[] _new = "a name not seen before"u8.ToArray();
    private NodeTable _table = null!;
    private NodeId[] _known = null!;
    private int _next;

    [Params(1_000, 1_000_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _table = new NodeTable(default);
        _known = [.. _names.Select(name => _table.Remember(NodeId.Root, name, FileType.Regular, replaced: false, out _))];
        for (int i = Names; i < Count; i++)
        {
            _ = _table.Remember(NodeId.Root, Encoding.UTF8.GetBytes($"f{i}"), FileType.Regular, replaced: false, out _);
        }
    }

    /// <summary>A name the kernel asks about again.</summary>
    [Benchmark]
    public ulong RememberKnown() => _table.Remember(NodeId.Root, _names[Next()], FileType.Regular, replaced: false, out _).Value;

    /// <summary>A name seen for the first time and forgotten again.</summary>
    [Benchmark]
    public void RememberAndForget()
    {
        NodeId id = _table.Remember(NodeId.Root, _new, FileType.Regular, replaced: false, out _);
        _table.Forget(id, 1);
    }

    [Benchmark]
    public ulong Find() => _table.Find(NodeId.Root, _names[Next()]).Value;

    [Benchmark]
    public int NameOf() => _table.TryGetName(_known[Next()], _buffer, out _, out int length) ? length : -1;

    private int Next() => _next = (_next + 1) % Names;
}
