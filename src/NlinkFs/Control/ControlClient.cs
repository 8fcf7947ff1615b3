using System.Net.Sockets;
using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Control;

/// <summary>How asking a daemon ended.</summary>
internal enum AnswerKind
{
    /// <summary>With an answer.</summary>
    Answered,

    /// <summary>Nobody listens: the daemon is dead, or could not make its socket.</summary>
    Dead,

    /// <summary>Somebody listens, and said nothing in time.</summary>
    Silent,

    /// <summary>It is another user's, and we may not connect.</summary>
    Refused,
}

/// <summary>What a daemon answered.</summary>
/// <param name="Kind">Whether it did.</param>
/// <param name="Pid">The daemon's process, 0 when that is not known.</param>
/// <param name="Document">The JSON as it came; empty without an answer.</param>
internal sealed record ControlAnswer(AnswerKind Kind, int Pid, byte[] Document);

/// <summary>Asks the daemon of a mirror, without touching the mirror, and within a time.</summary>
internal static class ControlClient
{
    private const int MaxAnswer = 1 << 16;

    internal static ControlAnswer Ask(MountEntry mirror, string command, TimeSpan timeout) =>
        Ask(ControlSocket.NameOf(mirror), ControlSocket.OwnerOf(mirror), command, timeout);

    /// <summary>Asks at a socket of that name in one of the owner's directories.</summary>
    internal static ControlAnswer Ask(string name, uint owner, string command, TimeSpan timeout)
    {
        Deadline deadline = new(timeout);
        ControlAnswer answer = new(AnswerKind.Dead, 0, []);
        foreach (string directory in ControlSocket.Directories(owner))
        {
            answer = Ask(Path.Combine(directory, name), owner, command, deadline);
            if (answer.Kind is AnswerKind.Answered or AnswerKind.Silent)
            {
                break;
            }
        }

        return answer;
    }

    private static ControlAnswer Ask(string path, uint owner, string command, Deadline deadline)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        Peer daemon = default;
        try
        {
            // Fails with EAGAIN when a stopped daemon's queue is full.
            socket.Connect(new UnixDomainSocketEndPoint(path));
            daemon = Peer.Of(socket);
            if (daemon.Uid != 0 && daemon.Uid != owner)
            {
                // Somebody else's socket in a directory that anybody could have made.
                return new ControlAnswer(AnswerKind.Dead, 0, []);
            }

            deadline.Send(socket, Encoding.UTF8.GetBytes($"{command}\n"));
            byte[] document = Receive(socket, deadline);
            return new ControlAnswer(document.Length > 0 ? AnswerKind.Answered : AnswerKind.Silent, daemon.Pid, document);
        }
        catch (SocketException e)
        {
            AnswerKind kind = e.SocketErrorCode switch
            {
                SocketError.AccessDenied => AnswerKind.Refused,

                // ECONNREFUSED, and what the runtime makes of ENOENT.
                SocketError.ConnectionRefused or SocketError.AddressNotAvailable => AnswerKind.Dead,
                _ => AnswerKind.Silent,
            };
            return new ControlAnswer(kind, daemon.Pid, []);
        }
        catch (TimeoutException)
        {
            return new ControlAnswer(AnswerKind.Silent, daemon.Pid, []);
        }
        catch (ArgumentException)
        {
            // Too long for a socket's path, so the daemon could not make it either.
            return new ControlAnswer(AnswerKind.Dead, 0, []);
        }
    }

    /// <summary>All the daemon sends until it closes; nothing when that is too much.</summary>
    private static byte[] Receive(Socket socket, Deadline deadline)
    {
        byte[] buffer = new byte[MaxAnswer];
        int length = 0;
        while (length < MaxAnswer)
        {
            int count = deadline.Receive(socket, buffer.AsSpan(length));
            if (count == 0)
            {
                return buffer[..length];
            }

            length += count;
        }

        return [];
    }
}
