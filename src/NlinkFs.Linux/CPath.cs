namespace NlinkFs.Linux;

/// <summary>Names travel as bytes without a terminator; this puts them into a C string on the caller's stack.</summary>
internal static unsafe class CPath
{
    /// <summary>PATH_MAX: 4096 bytes with the NUL.</summary>
    internal const int Size = 4096;

    /// <summary>Copies <paramref name="path"/> and a NUL to <paramref name="buffer"/>, which holds <see cref="Size"/> bytes.</summary>
    /// <returns>ENAMETOOLONG when it does not fit, EINVAL when it holds a NUL of its own.</returns>
    internal static Errno Copy(ReadOnlySpan<byte> path, byte* buffer)
    {
        if (path.Length >= Size)
        {
            return Errno.ENAMETOOLONG;
        }

        if (path.Contains((byte)0))
        {
            return Errno.EINVAL;
        }

        // SAFETY: the caller's buffer holds Size bytes and path is shorter than that.
        path.CopyTo(new Span<byte>(buffer, Size));
        buffer[path.Length] = 0;
        return Errno.None;
    }
}
