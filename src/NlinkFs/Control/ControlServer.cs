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
/// root and the daemon's own user are answered. Each client has a thread of its own, not one of the runtime's pool: those may all be
/// stuck in the source, which is when people ask.
/// </summary>
internal sealed class ControlServer : IDisposable
{
    private const int Backlog = 128;
    private const int MaxClients = 64;
    private const int MaxLine = 8192;

    /// <summary>A client's thread leaves 20 KB behind, and the collector's own budget, the cache's size, would let 18 MB of that pile up.</summary>
    private const int ClientsBetweenCollections = 32;
    private const int StackSize = 256 * 1024;
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyDirectory = OwnerOnlyFile | UnixFileMode.UserExecute;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly IReadOnlyDictionary<string, ControlCommand> _commands;
    private readonly ILogger _log;
    private readonly string _path;
    private readonly Socket _listener;
    private readonly ulong _inode;
    private readonly SemaphoreSlim _free = new(MaxClients);
    private volatile bool _stopping;

    private ControlServer(string directory, string name, IReadOnlyDictionary<string, ControlCommand> commands, ILogger log)
    {
        _commands = commands;
        _log = log;
        _path = Path.Combine(directory, name);
        MakePrivate(directory);
        _listener = Listen(_path, out _inode);
    }

    /// <summary>Makes the socket and begins to answer. Null, and a warning, when no socket can be made: a mirror serves without one.</summary>
    internal static ControlServer? TryStart(string name, IReadOnlyDictionary<string, ControlCommand> commands, ILogger log)
    {
        string reason = "";
        foreach (string directory in ControlSocket.Directories(Processes.IsRoot ? 0 : Processes.UserId))
        {
            try
            {
                ControlServer server = new(directory, name, commands, log);
                new Thread(server.AcceptAll, StackSize) { IsBackground = true, Name = "control" }.Start();
                return server;
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
        _stopping = true;
        _listener.Dispose();
        if (InodeOf(_path) == _inode)
        {
            File.Delete(_path);
        }
    }

    private static void MakePrivate(string directory)
    {
        if (!Directory.Exists(Path.GetDirectoryName(directory)))
        {
            throw new IOException($"there is no {Path.GetDirectoryName(directory)}");
        }

        _ = Directory.CreateDirectory(directory, OwnerOnlyDirectory);

        // In /tmp anybody can have made it before us, or a link in its place.
        Errno error = Files.StatAt(Fd.WorkingDirectory, Encoding.UTF8.GetBytes(directory), out StatxBuffer stat);
        if (error.IsError || stat.Type != FileType.Directory || stat.Uid != (Processes.IsRoot ? 0 : Processes.UserId))
        {
            throw new IOException($"{directory} is not a directory of our own");
        }

        File.SetUnixFileMode(directory, OwnerOnlyDirectory);
    }

    /// <summary>Listens under a name of its own first: so the socket is there at once for those who look, and a dead one's is replaced.</summary>
    private static Socket Listen(string path, out ulong inode)
    {
        string unready = $"{path}.{Environment.ProcessId}";
        File.Delete(unready);
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(unready));
            File.SetUnixFileMode(unready, OwnerOnlyFile);
            listener.Listen(Backlog);
            inode = InodeOf(unready);
            File.Move(unready, path, overwrite: true);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private static ulong InodeOf(string path) => Files.StatAt(Fd.WorkingDirectory, Encoding.UTF8.GetBytes(path), out StatxBuffer stat).IsError ? 0 : stat.Ino;

    private void AcceptAll()
    {
        for (int served = 1; !_stopping; served++)
        {
            if (served % ClientsBetweenCollections == 0)
            {
                GC.Collect(0);
            }

            _free.Wait();
            try
            {
                _ = _listener.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
                Socket client = _listener.Accept();
                new Thread(() => Serve(client), StackSize) { IsBackground = true, Name = "control client" }.Start();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OutOfMemoryException)
            {
                // Closed; or out of descriptors or threads for a while; or the client left the queue.
                _ = _free.Release();
                Thread.Sleep(_stopping ? TimeSpan.Zero : s_pause);
            }
        }
    }

    private void Serve(Socket client)
    {
        try
        {
            using (client)
            {
                client.Blocking = false;
                Answer(client);
            }
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            // The client is gone, says nothing, or does not take its answer.
        }
        catch (Exception e)
        {
            // Unhandled on this thread it would end the mirror.
            _log.Error(e, "A bug: a client of the control socket was not answered");
        }
        finally
        {
            _ = _free.Release();
        }
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
