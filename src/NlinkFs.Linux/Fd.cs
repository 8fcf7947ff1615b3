namespace NlinkFs.Linux;

/// <summary>
/// A file descriptor as a plain number, so that the request path pays for no handle object. Whoever stores one owns it and
/// closes it once; every call here opens with O_CLOEXEC.
/// </summary>
/// <param name="Value">The descriptor, or -1.</param>
public readonly record struct Fd(int Value)
{
    /// <summary>No descriptor.</summary>
    public static Fd None => new(-1);

    /// <summary>AT_FDCWD: relative paths start at the working directory.</summary>
    public static Fd WorkingDirectory => new(-100);

    /// <summary>Whether this is an open descriptor's number.</summary>
    public bool IsOpen => Value >= 0;

    /// <summary>
    /// Closes the descriptor. On a FUSE file this sends FLUSH and waits for its answer, so it can block as long as the file
    /// system below does. Never retried: Linux frees the number even when close(2) reports an error.
    /// </summary>
    public void Close()
    {
        if (IsOpen)
        {
            _ = Libc.close(Value);
        }
    }
}
