using System.Runtime.InteropServices;
using NlinkFs.Linux;

namespace NlinkFs.Bench;

/// <summary>
/// System calls the product has no use for, or uses otherwise: its own statx asks for the birth time, which FUSE file systems are
/// asked for anew each time, while what is measured here is what ls and file servers do.
/// </summary>
internal static unsafe partial class Calls
{
    private const int AtSymlinkNoFollow = 0x100;
    private const int AdviceDontNeed = 4;
    private const int CpuTime = 2;

    /// <summary>lstat of a name, which has to end in a NUL.</summary>
    internal static FileType Stat(Fd directory, ReadOnlySpan<byte> terminatedName)
    {
        StatxBuffer stat;

        // SAFETY: the name is pinned for the call and terminated; stat is a local of the 256 bytes the kernel writes.
        fixed (byte* name = terminatedName)
        {
            int result = statx(directory.Value, name, AtSymlinkNoFollow, (uint)StatxMask.BasicStats, &stat);
            return result < 0 ? throw new IOException($"statx: {Marshal.GetLastSystemError()}") : stat.Type;
        }
    }

    /// <summary>Drops a file's clean pages from the page cache of the file system it was opened on.</summary>
    internal static void DropPages(Fd fd) => _ = posix_fadvise(fd.Value, 0, 0, AdviceDontNeed);

    /// <summary>Processor time a process has used so far, ended threads included, to the nanosecond; 0 when it is gone.</summary>
    internal static double CpuSeconds(int pid)
    {
        // MAKE_PROCESS_CPUCLOCK of linux/posix-timers.h; times(2) and /proc count in steps of 10 ms.
        Timespec time;
        return clock_gettime((~pid << 3) | CpuTime, &time) < 0 ? 0 : time.Seconds + (time.Nanoseconds / 1e9);
    }

    [LibraryImport("libc")]
    private static partial int statx(int dirfd, byte* path, int flags, uint mask, StatxBuffer* buffer);

    [LibraryImport("libc")]
    private static partial int posix_fadvise(int fd, long offset, long length, int advice);

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, Timespec* time);

    private struct Timespec
    {
#pragma warning disable CS0649 // Written by the kernel.
        internal long Seconds;
        internal long Nanoseconds;
#pragma warning restore CS0649
    }
}
