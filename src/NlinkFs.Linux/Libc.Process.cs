using System.Runtime.InteropServices;

namespace NlinkFs.Linux;

internal static unsafe partial class Libc
{
    [LibraryImport(Name)]
    internal static partial uint getuid();

    [LibraryImport(Name)]
    internal static partial uint geteuid();

    [LibraryImport(Name)]
    internal static partial uint getgid();

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int setsid();

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int chdir(byte* path);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int kill(int pid, int signal);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int waitpid(int pid, int* status, int options);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int waitid(int idType, int id, SignalInfo* info, int options);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int prctl(int operation, nuint argument);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int execve(byte* path, byte** argv, byte** envp);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int unshare(int flags);

    /// <summary>Returns the errno itself, as the posix_* family does.</summary>
    [LibraryImport(Name)]
    internal static partial int posix_spawnp(int* pid, byte* file, void* fileActions, void* attributes, byte** argv, byte** envp);

    [LibraryImport(Name)]
    internal static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport(Name)]
    internal static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport(Name)]
    internal static partial int posix_spawnattr_setsigdefault(void* attributes, SignalSet* signals);

    [LibraryImport(Name)]
    internal static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport(Name)]
    internal static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport(Name)]
    internal static partial int posix_spawn_file_actions_adddup2(void* actions, int fd, int newfd);

    [LibraryImport(Name)]
    internal static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int prlimit64(int pid, int resource, ResourceLimit* newLimit, ResourceLimit* oldLimit);

    [LibraryImport(Name)]
    internal static partial int getpwnam_r(byte* name, void* entry, byte* buffer, nuint size, void** result);

    [LibraryImport(Name)]
    internal static partial int getgrnam_r(byte* name, void* entry, byte* buffer, nuint size, void** result);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int poll(PollFd* fds, nuint count, int timeout);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int clone(nint function, void* stackTop, int flags, void* argument);

    /// <summary>struct pollfd.</summary>
    internal struct PollFd
    {
        internal int Fd;
        internal short Events;
        internal short Returned;
    }

    /// <summary>siginfo_t as waitid(2) fills it in; 128 bytes in all.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    internal struct SignalInfo
    {
        internal int Number;
        internal int Error;
        internal int Code;
        internal int Padding;
        internal int Pid;
    }

    /// <summary>sigset_t: signal n is bit n - 1.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    internal struct SignalSet
    {
        internal ulong First64;
    }

    /// <summary>struct rlimit64.</summary>
    internal struct ResourceLimit
    {
        internal ulong Soft;
        internal ulong Hard;
    }
}
