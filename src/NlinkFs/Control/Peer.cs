using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace NlinkFs.Control;

/// <summary>Who is at the other end of a Unix socket, as the kernel noted it when they connected, or began to listen (SO_PEERCRED).</summary>
/// <param name="Pid">Process, or 0 when it is not in sight from our namespace.</param>
/// <param name="Uid">Effective user.</param>
internal readonly record struct Peer(int Pid, uint Uid)
{
    internal static Peer Of(Socket socket)
    {
        const int SolSocket = 1;
        const int SoPeerCred = 17;

        // struct ucred: pid, uid, gid.
        Span<int> credentials = stackalloc int[3];
        _ = socket.GetRawSocketOption(SolSocket, SoPeerCred, MemoryMarshal.AsBytes(credentials));
        return new Peer(credentials[0], (uint)credentials[1]);
    }
}
