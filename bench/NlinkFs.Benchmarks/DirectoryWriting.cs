using BenchmarkDotNet.Attributes;
using NlinkFs.Protocol;

namespace NlinkFs.Benchmarks;

/// <summary>Filling the 32 KiB that readdir(3) asks for.</summary>
public class DirectoryWriting
{
    private readonly byte[] _buffer = new byte[1 << 15];
    private readonly byte[] _name = "Pioneer One - S01E01.mkv"u8.ToArray();

    [Params(false, true)]
    public bool Plus { get; set; }

    [Benchmark]
    public int Fill()
    {
        DirectoryWriter writer = new(_buffer, Plus);
        EntryOut entry = new() { NodeId = new NodeId(7) };
        ulong offset = 0;
        while (writer.TryAdd(_name, 12345, 8, ++offset, in entry))
        {
        }

        return writer.Length;
    }
}
