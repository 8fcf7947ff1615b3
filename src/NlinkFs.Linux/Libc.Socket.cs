using System.Runtime.InteropServices;

namespace NlinkFs.Linux;

internal static unsafe partial class Libc
{
    [LibraryImport(Name, SetLastError = true)]
    internal static partial int socketpair(int domain, int type, int protocol, int* fds);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint recvmsg(int fd, MessageHeader* message, int flags);

    /// <summary>struct iovec.</summary>
    internal struct IoVector
    {
        internal void* Base;
        internal nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    internal struct MessageHeader
    {
        internal void* Name;
        internal uint NameLength;
        internal IoVector* Vectors;
        internal nuint VectorCount;
        internal void* Control;
        internal nuint ControlLength;
        internal int Flags;
    }
}
