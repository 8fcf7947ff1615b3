using System.Net.Sockets;
using System.Text;
using NlinkFs.Linux;
using Serilog;

namespace NlinkFs.Control;

/// <summary>Answers one command. The connection is closed when it returns.</summary>
/// <param name="argument">What stands behind the command's name, often nothing.</param>
/// <param name="reply">Takes the answer.</param>
internal delegate void ControlCommand(string argument, ControlReply reply);

/// <summary>
/// The control socket of a mirror, or of whoever runs a command on one. A client sends one line, a command and perhaps an argument, gets one JSON document and is done. Only
/// root and the daemon's own user are answered.
/// </summary>
internal sealed class ControlServer : IDisposable
{
    private const int MaxLine = 8192;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyDictionary<string, ControlCommand> _commands;
    private readonly ILogger _log;
    private readonly PrivateSocket _socket;
    private readonly ClientThreads _clients;

    private ControlServer(string directory, string name, IReadOnlyDictionary<string, ControlCommand> commands, ILogger log)
    {
        _commands = commands;
        _log = log;
        MakePrivate(directory);
        _socket = new PrivateSocket(Path.Combine(directory, name));
        _clients = new ClientThreads(_socket.Listener, "control", Answer, log);
    }

    /// <summary>Makes the socket and begins to answer. Null, and a warning, when no socket can be made: a mirror serves without one.</summary>
    internal static ControlServer? TryStart(string name, IReadOnlyDictionary<string, ControlCommand> commands, ILogger log)
    {
        string reason = "";
        foreach (string directory in ControlSocket.Directories(Processes.IsRoot ? 0 : Processes.UserId))
        {
            try
            {
                return new ControlServer(directory, name, commands, log);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
            {
                reason = e.Message;
            }
        }

        log.Warning("No control socket, so nlinkfs status gets no answer: {Reason:l}", reason);
        return null;
    }

    /// <summary>Stops answering and removes the socket, unless another mirror has got our number meanwhile, and put its own there.</summary>
    public void Dispose()
    {
        _clients.Dispose();
        _socket.Dispose();
    }

    private static void MakePrivate(string directory)
    {
        if (!Directory.Exists(Path.GetDirectoryName(directory)))
        {
            throw new IOException($"there is no {Path.GetDirectoryName(directory)}");
        }

        _ = Directory.CreateDirectory(directory, OwnerOnly);

        // In /tmp anybody can have made it before us, or a link in its place.
        Errno error = Files.StatAt(Fd.WorkingDirectory, Encoding.UTF8.GetBytes(directory), out StatxBuffer stat);
        if (error.IsError || stat.Type != FileType.Directory || stat.Uid != (Processes.IsRoot ? 0 : Processes.UserId))
        {
            throw new IOException($"{directory} is not a directory of our own");
        }

        File.SetUnixFileMode(directory, OwnerOnly);
    }

    private void Answer(Socket client)
    {
        ControlReply reply = new(client, s_patience);
        if (ReadLine(client) is not { } line)
        {
            reply.Refuse($"a command is one line of at most {MaxLine} bytes");
            return;
        }

        uint uid = Peer.Of(client).Uid;
        if (uid != 0 && uid != Processes.UserId)
        {
            _log.Warning("Refused to answer user {Uid} on the control socket", uid);
            reply.Refuse("only root and the user who runs the daemon are answered");
            return;
        }

        string[] words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
        if (!_commands.TryGetValue(words[0], out ControlCommand? command))
        {
            reply.Refuse($"unknown command \"{words[0]}\"; there are: {string.Join(", ", _commands.Keys)}");
            return;
        }

        try
        {
            command(words.Length > 1 ? words[1] : "", reply);
        }
        catch (Exception e) when (e is not (SocketException or TimeoutException))
        {
            _log.Error(e, "A bug: the control command {Command:l} failed", words[0]);
            reply.Refuse($"{words[0]} failed: {e.Message}");
        }
    }

    private static string? ReadLine(Socket client)
    {
        Deadline deadline = new(s_patience);
        Span<byte> buffer = stackalloc byte[MaxLine];
        int length = 0;
        while (length < buffer.Length)
        {
            int count = deadline.Receive(client, buffer[length..]);
            int end = buffer.Slice(length, count).IndexOf((byte)'\n');
            if (end >= 0 || count == 0)
            {
                return Encoding.UTF8.GetString(buffer[..(length + Math.Max(end, 0))]).TrimEnd('\r');
            }

            length += count;
        }

        return null;
    }
}
