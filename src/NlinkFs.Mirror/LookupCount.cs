namespace NlinkFs.Mirror;

/// <summary>
/// How many lookups of a node the kernel has yet to forget. What is too many for it to count is never forgotten: a node that stays does
/// no harm, one that goes while the kernel knows it does.
/// </summary>
internal struct LookupCount(uint value)
{
    private const uint TooMany = uint.MaxValue;

    private uint _value = value;

    internal readonly bool IsZero => _value == 0;

    internal void Add() => _value += _value == TooMany ? 0u : 1u;

    /// <summary>Takes lookups off, at most those that were counted.</summary>
    internal void Forget(ulong lookups) => _value -= _value == TooMany ? 0u : (uint)Math.Min(lookups, _value);
}
