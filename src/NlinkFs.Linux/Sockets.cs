namespace NlinkFs.Linux;

/// <summary>The few socket calls that receiving a /dev/fuse descriptor from fusermount3 and testing the dispatcher need.</summary>
public static unsafe class Sockets
{
    private const int AfUnix = 1;
    private const int SockStream = 1;
    private const int SockSeqPacket = 5;
    private const int SockCloseOnExec = 0x80000;

    /// <summary>A connected pair of AF_UNIX sockets with O_CLOEXEC; SOCK_SEQPACKET keeps frames apart as /dev/fuse does.</summary>
    public static Errno Pair(bool packets, out Fd first, out Fd second)
    {
        int* fds = stackalloc int[2];
        int result = Libc.socketpair(AfUnix, (packets ? SockSeqPacket : SockStream) | SockCloseOnExec, 0, fds);
        first = result < 0 ? Fd.None : new Fd(fds[0]);
        second = result < 0 ? Fd.None : new Fd(fds[1]);
        return Errno.Of(result);
    }

    /// <summary>Waits for one byte that carries a descriptor (SCM_RIGHTS). EPIPE when the peer closed without sending one.</summary>
    public static Errno ReceiveDescriptor(Fd socket, out Fd received)
    {
        const int ControlSize = 24;
        const int CloseOnExecFlag = 0x40000000;
        received = Fd.None;
        byte data = 0;
        byte* control = stackalloc byte[ControlSize];
        new Span<byte>(control, ControlSize).Clear();
        Libc.IoVector vector = new() { Base = &data, Length = 1 };
        Libc.MessageHeader message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlSize };
        nint n;
        do
        {
            n = Libc.recvmsg(socket.Value, &message, CloseOnExecFlag);
        }
        while (n < 0 && Errno.Last == Errno.EINTR);
        if (n < 0)
        {
            return Errno.Last;
        }

        // struct cmsghdr: length (8), level (4), type (4), then the descriptor.
        bool carries = n > 0 && message.ControlLength >= 20 && *(int*)(control + 8) == 1 && *(int*)(control + 12) == 1;
        if (!carries)
        {
            return Errno.EPIPE;
        }

        received = new Fd(*(int*)(control + 16));
        return Errno.None;
    }
}
