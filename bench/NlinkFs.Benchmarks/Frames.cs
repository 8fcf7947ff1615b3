using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NlinkFs.Protocol;

namespace NlinkFs.Benchmarks;

/// <summary>Requests as the kernel sends them, for benchmarks that take them apart.</summary>
internal static class Frames
{
    internal static byte[] Lookup(string name) => Frame(FuseOpcode.Lookup, [.. System.Text.Encoding.UTF8.GetBytes(name), 0]);

    internal static byte[] GetAttr() => Frame(FuseOpcode.GetAttr, Bytes(default(GetAttrIn)));

    internal static byte[] Read(uint size) => Frame(FuseOpcode.Read, Bytes(new ReadIn { Size = size }));

    private static byte[] Frame(FuseOpcode opcode, byte[] body)
    {
        InHeader header = new()
        {
            Length = (uint)(Unsafe.SizeOf<InHeader>() + body.Length),
            Opcode = opcode,
            Unique = new RequestId(2),
            NodeId = NodeId.Root,
        };
        return [.. Bytes(header), .. body];
    }

    private static byte[] Bytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
}
