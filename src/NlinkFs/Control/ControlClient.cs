using System.Net.Sockets;
using System.Text;
using NlinkFs.Linux;
using NlinkFs.Supervision;

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

    /// <summary>Asks for documents that come one a line for as long as both sides like.</summary>
    /// <param name="mirror">Whose daemon.</param>
    /// <param name="command">What to ask.</param>
    /// <param name="timeout">For the first document; the others may take for ever.</param>
    /// <param name="take">Gets each; false for no more.</param>
    /// <returns>How asking ended: with an answer when the first document came, whoever ended it then.</returns>
    internal static ControlAnswer Follow(MountEntry mirror, string command, TimeSpan timeout, Func<byte[], bool> take)
    {
        (string name, uint owner) = (ControlSocket.NameOf(mirror), ControlSocket.OwnerOf(mirror));
        Deadline deadline = new(timeout);
        ControlAnswer answer = new(AnswerKind.Dead, 0, []);
        foreach (string directory in ControlSocket.Directories(owner))
        {
            answer = Converse(Path.Combine(directory, name), owner, command, deadline, socket => ReceiveLines(socket, deadline, take));
            if (answer.Kind is AnswerKind.Answered or AnswerKind.Silent)
            {
                break;
            }
        }

        return answer;
    }

    private static ControlAnswer Ask(string path, uint owner, string command, Deadline deadline) =>
        Converse(path, owner, command, deadline, socket => Receive(socket, deadline));

    private static ControlAnswer Converse(string path, uint owner, string command, Deadline deadline, Func<Socket, byte[]> receive)
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
            byte[] document = receive(socket);
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

    /// <summary>Hands out each line as it comes, until one side ends it.</summary>
    /// <returns>The last line.</returns>
    private static byte[] ReceiveLines(Socket socket, Deadline deadline, Func<byte[], bool> take)
    {
        byte[] last = [];
        bool goesOn = true;
        LineSplitter lines = new(MaxAnswer, (line, _) =>
        {
            last = line.ToArray();
            goesOn = goesOn && take(last);
        });
        byte[] buffer = new byte[1 << 14];
        try
        {
            while (goesOn)
            {
                int count = (last.Length > 0 ? Deadline.Never : deadline).Receive(socket, buffer);
                lines.Append(buffer.AsSpan(0, count));
                if (count == 0)
                {
                    // A refusal is one document and no line.
                    lines.Flush();
                    break;
                }
            }
        }
        catch (SocketException) when (last.Length > 0)
        {
            // The daemon is gone.
        }

        return last;
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
