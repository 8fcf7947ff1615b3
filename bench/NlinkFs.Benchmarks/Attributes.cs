using BenchmarkDotNet.Attributes;
using NlinkFs.Linux;
using NlinkFs.Mirror;

namespace NlinkFs.Benchmarks;

/// <summary>The attribute policy over a file of a source with a link count of 0.</summary>
public class Attributes
{
    private readonly AttributePolicy _policy = new(new MirrorOptions());
    private NodeMemory _memory;

    [Benchmark]
    public uint Apply()
    {
        StatxBuffer stat = new()
        {
            Mode = 0x81A4,
            Size = 1_234_567,
            Mtime = new StatxTimestamp { Seconds = 1_700_000_000 },
            Ctime = new StatxTimestamp { Seconds = 1_700_000_000 },
        };
        _policy.Apply(ref _memory, ref stat, ino: 42);
        return stat.Nlink;
    }
}
