using BenchmarkDotNet.Attributes;
using NlinkFs.Mirror;

namespace NlinkFs.Benchmarks;

/// <summary>From the parent's path and a name to an inode number.</summary>
public class Hashing
{
    private byte[] _name = [];

    [Params(8, 24, 255)]
    public int NameLength { get; set; }

    [GlobalSetup]
    public void MakeName() => _name = [.. Enumerable.Repeat((byte)'a', NameLength)];

    [Benchmark]
    public ulong InoOf() => default(InodeHash).Finish(InodeHash.Extend(InodeHash.RootState, _name), attempt: 0);
}
