namespace NlinkFs.Linux;

/// <summary>
/// Opening, reading and describing files. Paths are bytes, relative to a directory descriptor, and may hold anything but NUL;
/// every call retries EINTR itself unless it says otherwise, and returns an errno instead of throwing.
/// </summary>
public static unsafe class Files
{
    private const int AtSymlinkNoFollow = 0x100;
    private const int AtEmptyPath = 0x1000;
    private const int AtStatxForceSync = 0x2000;
    private const int AtStatxDontSync = 0x4000;

    /// <summary>openat(2) with O_CLOEXEC; <paramref name="flags"/> from <see cref="OpenFlags"/>. Errors as openat(2).</summary>
    public static Errno OpenAt(Fd directory, ReadOnlySpan<byte> path, int flags, out Fd fd)
    {
        fd = Fd.None;
        byte* c = stackalloc byte[CPath.Size];
        Errno error = CPath.Copy(path, c);
        while (!error.IsError)
        {
            int result = Libc.openat(directory.Value, c, flags | OpenFlags.CloseOnExec, 0);
            error = Errno.Of(result);
            if (!error.IsError)
            {
                fd = new Fd(result);
                return Errno.None;
            }

            if (error == Errno.EINTR)
            {
                error = Errno.None;
            }
        }

        return error;
    }

    /// <summary>Opens a file for appending, making it (mode 0640) if it is not there.</summary>
    public static Errno OpenForAppend(ReadOnlySpan<byte> path, out Fd fd)
    {
        const int WriteOnly = 1;
        const int Create = 0x40;
        const int Append = 0x400;
        byte* c = stackalloc byte[CPath.Size];
        Errno error = CPath.Copy(path, c);
        int result = error.IsError ? -1 : Libc.openat(Fd.WorkingDirectory.Value, c, WriteOnly | Create | Append | OpenFlags.CloseOnExec, 0x1A0);
        fd = new Fd(result);
        return error.IsError ? error : Errno.Of(result);
    }

    /// <summary>statx(2) of a name below <paramref name="directory"/>, never following a final symlink.</summary>
    public static Errno StatAt(
        Fd directory, ReadOnlySpan<byte> path, out StatxBuffer stat, StatSync sync = StatSync.AsNeeded, StatxMask wanted = StatxMask.Full)
    {
        stat = default;
        byte* c = stackalloc byte[CPath.Size];
        Errno error = CPath.Copy(path, c);
        return error.IsError ? error : Statx(directory.Value, c, AtSymlinkNoFollow, sync, wanted, out stat);
    }

    /// <summary>statx(2) of an open descriptor, O_PATH included.</summary>
    public static Errno Stat(Fd fd, out StatxBuffer stat, StatSync sync = StatSync.AsNeeded, StatxMask wanted = StatxMask.Full)
    {
        byte empty = 0;
        return Statx(fd.Value, &empty, AtEmptyPath, sync, wanted, out stat);
    }

    /// <summary>
    /// pread(2) at an absolute offset, until the buffer is full. Without an error, less means the end of the file; with one, what came
    /// before it is in the buffer.
    /// </summary>
    /// <param name="fd">An open file.</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="offset">From where, in bytes.</param>
    /// <param name="count">How many bytes were read.</param>
    public static Errno ReadAt(Fd fd, Span<byte> buffer, long offset, out int count)
    {
        count = 0;
        while (count < buffer.Length)
        {
            // SAFETY: the span is pinned for the call and its length is what the kernel may write.
            fixed (byte* p = buffer)
            {
                nint n = Libc.pread(fd.Value, p + count, (nuint)(buffer.Length - count), offset + count);
                if (n < 0)
                {
                    Errno error = Errno.Last;
                    if (error == Errno.EINTR)
                    {
                        continue;
                    }

                    return error;
                }

                if (n == 0)
                {
                    return Errno.None;
                }

                count += (int)n;
            }
        }

        return Errno.None;
    }

    /// <summary>read(2), once; EINTR is returned.</summary>
    public static Errno Read(Fd fd, Span<byte> buffer, out int count)
    {
        // SAFETY: the span is pinned for the call and its length is what the kernel may write.
        fixed (byte* p = buffer)
        {
            nint n = Libc.read(fd.Value, p, (nuint)buffer.Length);
            count = n < 0 ? 0 : (int)n;
            return Errno.Of(n);
        }
    }

    /// <summary>write(2), once; a short write is reported in <paramref name="count"/>.</summary>
    public static Errno Write(Fd fd, ReadOnlySpan<byte> bytes, out int count)
    {
        // SAFETY: the span is pinned for the call and only read.
        fixed (byte* p = bytes)
        {
            nint n;
            do
            {
                n = Libc.write(fd.Value, p, (nuint)bytes.Length);
            }
            while (n < 0 && Errno.Last == Errno.EINTR);
            count = n < 0 ? 0 : (int)n;
            return Errno.Of(n);
        }
    }

    /// <summary>lseek(2) with any whence, SEEK_DATA and SEEK_HOLE included.</summary>
    public static Errno Seek(Fd fd, long offset, int whence, out long position)
    {
        position = Libc.lseek(fd.Value, offset, whence);
        return Errno.Of(position);
    }

    /// <summary>readlinkat(2). A target longer than the buffer is ENAMETOOLONG, never cut.</summary>
    public static Errno ReadLink(Fd directory, ReadOnlySpan<byte> path, Span<byte> target, out int length)
    {
        length = 0;
        byte* c = stackalloc byte[CPath.Size];
        Errno error = CPath.Copy(path, c);
        if (error.IsError)
        {
            return error;
        }

        // SAFETY: the span is pinned for the call and its length is what the kernel may write.
        fixed (byte* p = target)
        {
            nint n = Libc.readlinkat(directory.Value, c, p, (nuint)target.Length);
            if (n < 0)
            {
                return Errno.Last;
            }

            if (n == target.Length)
            {
                return Errno.ENAMETOOLONG;
            }

            length = (int)n;
            return Errno.None;
        }
    }

    /// <summary>getdents64(2): raw records for <see cref="DirectoryRecords"/>; 0 bytes at the end of the directory.</summary>
    public static Errno ReadDirectory(Fd fd, Span<byte> buffer, out int count)
    {
        // SAFETY: the span is pinned for the call and its length is what the kernel may write.
        fixed (byte* p = buffer)
        {
            nint n;
            do
            {
                n = Libc.getdents64(fd.Value, p, (nuint)buffer.Length);
            }
            while (n < 0 && Errno.Last == Errno.EINTR);
            count = n < 0 ? 0 : (int)n;
            return Errno.Of(n);
        }
    }

    /// <summary>fstatfs(2), O_PATH descriptors included.</summary>
    public static Errno StatFs(Fd fd, out StatFsBuffer buffer)
    {
        StatFsBuffer local = default;
        int result = Libc.fstatfs(fd.Value, &local);
        buffer = local;
        return Errno.Of(result);
    }

    /// <summary>faccessat(2) of a name, not following a final symlink; <paramref name="mode"/> of R_OK 4, W_OK 2, X_OK 1, F_OK 0.</summary>
    public static Errno Access(Fd directory, ReadOnlySpan<byte> path, int mode)
    {
        byte* c = stackalloc byte[CPath.Size];
        Errno error = CPath.Copy(path, c);
        return error.IsError ? error : Errno.Of(Libc.faccessat(directory.Value, c, mode, AtSymlinkNoFollow));
    }

    /// <summary>
    /// getxattr(2) of what an O_PATH descriptor denotes, a symlink included. With an empty <paramref name="value"/> the length
    /// the attribute has is returned. Goes through /proc/self/fd: O_PATH descriptors refuse fgetxattr(2).
    /// </summary>
    public static Errno GetXattr(Fd path, ReadOnlySpan<byte> name, Span<byte> value, out int length)
    {
        byte* link = stackalloc byte[32];
        ProcPath(path, link);
        byte* c = stackalloc byte[CPath.Size];
        length = 0;
        Errno error = CPath.Copy(name, c);
        if (error.IsError)
        {
            return error;
        }

        // SAFETY: the span is pinned for the call and its length is what the kernel may write.
        fixed (byte* p = value)
        {
            nint n = Libc.getxattr(link, c, p, (nuint)value.Length);
            length = n < 0 ? 0 : (int)n;
            return Errno.Of(n);
        }
    }

    /// <summary>listxattr(2), under the rules of <see cref="GetXattr"/>.</summary>
    public static Errno ListXattr(Fd path, Span<byte> list, out int length)
    {
        byte* link = stackalloc byte[32];
        ProcPath(path, link);

        // SAFETY: the span is pinned for the call and its length is what the kernel may write.
        fixed (byte* p = list)
        {
            nint n = Libc.listxattr(link, p, (nuint)list.Length);
            length = n < 0 ? 0 : (int)n;
            return Errno.Of(n);
        }
    }

    /// <summary>Where an O_PATH descriptor points, as an absolute path; what readlink(/proc/self/fd/N) says.</summary>
    public static Errno PathOf(Fd fd, out byte[] path)
    {
        Span<byte> buffer = stackalloc byte[CPath.Size];
        Errno error = ReadLink(Fd.WorkingDirectory, System.Text.Encoding.ASCII.GetBytes($"/proc/self/fd/{fd.Value}"), buffer, out int length);
        path = error.IsError ? [] : buffer[..length].ToArray();
        return error;
    }

    /// <summary>
    /// posix_fadvise(2) POSIX_FADV_WILLNEED: starts reading a range into the page cache without waiting. In pieces, since one call starts
    /// no more than the device's read-ahead (force_page_cache_ra), usually 128 KiB.
    /// </summary>
    public static Errno WillNeed(Fd fd, long offset, long length)
    {
        const int Advice = 3;
        const long Piece = 128 << 10;
        Errno error = Errno.None;
        for (long end = offset + length; offset < end && !error.IsError; offset += Piece)
        {
            error = new Errno(Libc.posix_fadvise(fd.Value, offset, Math.Min(Piece, end - offset), Advice));
        }

        return error;
    }

    /// <summary>ioctl(2) with an argument in memory; <paramref name="result"/> is what it returns when it succeeds.</summary>
    public static Errno Control<T>(Fd fd, uint request, ref T argument, out int result)
        where T : unmanaged
    {
        // SAFETY: pinned for the call; the request's number encodes the size of T.
        fixed (T* p = &argument)
        {
            result = Libc.ioctl(fd.Value, request, p);
            return Errno.Of(result);
        }
    }

    /// <summary>Puts <paramref name="fd"/> also at <paramref name="number"/>, inherited by children (no O_CLOEXEC).</summary>
    public static Errno DuplicateTo(Fd fd, int number) => Errno.Of(Libc.dup3(fd.Value, number, 0));

    private static Errno Statx(int fd, byte* path, int flags, StatSync sync, StatxMask wanted, out StatxBuffer stat)
    {
        int how = sync switch
        {
            StatSync.Force => AtStatxForceSync,
            StatSync.CachedOnly => AtStatxDontSync,
            _ => 0,
        };
        stat = default;

        // SAFETY: stat is a local of the caller's frame, 256 bytes as the kernel expects.
        fixed (StatxBuffer* p = &stat)
        {
            int result;
            do
            {
                result = Libc.statx(fd, path, flags | how, (uint)wanted, p);
            }
            while (result < 0 && Errno.Last == Errno.EINTR);
            return Errno.Of(result);
        }
    }

    private static void ProcPath(Fd fd, byte* buffer)
    {
        Span<byte> span = new(buffer, 32);
        "/proc/self/fd/"u8.CopyTo(span);
        _ = fd.Value.TryFormat(span[14..], out int written);
        span[14 + written] = 0;
    }
}

/// <summary>How fresh statx(2) has to be: the AT_STATX_* flags.</summary>
public enum StatSync
{
    /// <summary>What stat(2) does: a network or FUSE file system answers from its cache while that is valid.</summary>
    AsNeeded,

    /// <summary>AT_STATX_FORCE_SYNC: the file system is asked.</summary>
    Force,

    /// <summary>AT_STATX_DONT_SYNC: only what is cached; never asks a FUSE daemon, so it cannot hang.</summary>
    CachedOnly,
}
