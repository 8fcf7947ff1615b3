using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using NlinkFs.Protocol;

namespace NlinkFs.Benchmarks;

/// <summary>Taking the bodies of the commonest requests apart.</summary>
public class RequestReading
{
    private readonly byte[] _lookup = Frames.Lookup("Pioneer One - S01E01.mkv");
    private readonly byte[] _read = Frames.Read(1 << 20);

    [Benchmark]
    public int Lookup()
    {
        RequestReader reader = new(_lookup.AsSpan(Unsafe.SizeOf<InHeader>()));
        return reader.TryReadName(out ReadOnlySpan<byte> name) ? name.Length : -1;
    }

    [Benchmark]
    public uint Read()
    {
        RequestReader reader = new(_read.AsSpan(Unsafe.SizeOf<InHeader>()));
        return reader.TryRead(out ReadIn read) ? read.Size : 0;
    }
}
