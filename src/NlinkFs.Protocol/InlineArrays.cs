using System.Runtime.CompilerServices;

namespace NlinkFs.Protocol;

/// <summary>byte[6] inside a structure.</summary>
[InlineArray(6)]
public struct Bytex6
{
    private byte _first;
}

/// <summary>byte[128] inside a structure.</summary>
[InlineArray(128)]
public struct Bytex128
{
    private byte _first;
}

/// <summary>uint[6] inside a structure.</summary>
[InlineArray(6)]
public struct UInt32x6
{
    private uint _first;
}

/// <summary>uint[10] inside a structure.</summary>
[InlineArray(10)]
public struct UInt32x10
{
    private uint _first;
}

/// <summary>uint[11] inside a structure.</summary>
[InlineArray(11)]
public struct UInt32x11
{
    private uint _first;
}

/// <summary>ulong[2] inside a structure.</summary>
[InlineArray(2)]
public struct UInt64x2
{
    private ulong _first;
}

/// <summary>ulong[14] inside a structure.</summary>
[InlineArray(14)]
public struct UInt64x14
{
    private ulong _first;
}

/// <summary>ushort[11] inside a structure.</summary>
[InlineArray(11)]
public struct UInt16x11
{
    private ushort _first;
}
