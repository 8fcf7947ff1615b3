namespace NlinkFs.Linux;

/// <summary>Pipes and splice(2): moving a file's pages without reading them.</summary>
public static unsafe class Pipes
{
    private const int SetPipeSize = 1031;
    private const uint NonBlock = 2;

    /// <summary>A pipe with O_CLOEXEC on both ends.</summary>
    public static Errno Open(out Fd readEnd, out Fd writeEnd)
    {
        int* fds = stackalloc int[2];
        int result = Libc.pipe2(fds, OpenFlags.CloseOnExec);
        readEnd = result < 0 ? Fd.None : new Fd(fds[0]);
        writeEnd = result < 0 ? Fd.None : new Fd(fds[1]);
        return Errno.Of(result);
    }

    /// <summary>F_SETPIPE_SZ. EPERM above /proc/sys/fs/pipe-max-size (1 MiB) without CAP_SYS_RESOURCE.</summary>
    /// <returns>The size in force, bytes; 0 on an error.</returns>
    public static int Resize(Fd pipe, int size) => Math.Max(0, Libc.fcntl(pipe.Value, SetPipeSize, size));

    /// <summary>
    /// splice(2) from a file's <paramref name="offset"/> into a pipe, once. Waits for the file, never for the pipe: EAGAIN when that
    /// is full. Page cache pages go in by reference.
    /// </summary>
    public static Errno FromFile(Fd file, long offset, Fd pipe, int size, out int moved)
    {
        nint n = Libc.splice(file.Value, &offset, pipe.Value, null, (nuint)size, NonBlock);
        moved = n < 0 ? 0 : (int)n;
        return Errno.Of(n);
    }

    /// <summary>
    /// splice(2) from a pipe to a pipe or device, once, without waiting. Never with SPLICE_F_MOVE, which takes pages out of the page
    /// cache they came from.
    /// </summary>
    public static Errno Move(Fd from, Fd to, int size, out int moved)
    {
        nint n = Libc.splice(from.Value, null, to.Value, null, (nuint)size, NonBlock);
        moved = n < 0 ? 0 : (int)n;
        return Errno.Of(n);
    }
}
