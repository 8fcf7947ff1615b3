namespace NlinkFs.Mirror;

/// <summary>
/// Inode numbers from paths: FNV-1a, 64 bits, of "/name/name", taken up where the parent left off, then mixed so that all bits
/// depend on all of it. Equal after a restart, on another machine, and in readdir and stat.
/// </summary>
/// <param name="ignoredBits">Bits of the result to leave 0, which makes collisions likely: for tests. None in a default value.</param>
internal readonly struct InodeHash(ulong ignoredBits)
{
    /// <summary>The hash state of the root's path, which is empty.</summary>
    internal const ulong RootState = 0xcbf29ce484222325;

    /// <summary>The root's inode number: what every file system's root should be and go-fuse's 0 is not.</summary>
    internal const ulong RootIno = 1;

    private const ulong Prime = 0x100000001b3;
    private const ulong Golden = 0x9e3779b97f4a7c15;

    /// <summary>The state of a child's path.</summary>
    internal static ulong Extend(ulong parent, ReadOnlySpan<byte> name)
    {
        ulong state = (parent ^ (byte)'/') * Prime;
        foreach (byte b in name)
        {
            state = (state ^ b) * Prime;
        }

        return state;
    }

    /// <summary>
    /// The inode number for a state: never 0, which means "none", and never the root's. <paramref name="attempt"/> counts up when
    /// the number is taken by another path.
    /// </summary>
    internal ulong Finish(ulong state, uint attempt)
    {
        ulong z = state + (attempt * Golden);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        z = (z ^ (z >> 31)) & ~ignoredBits;
        return z > RootIno ? z : z + 2;
    }
}
