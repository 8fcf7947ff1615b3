using System.Net.Sockets;
using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Control;

/// <summary>
/// A Unix socket that listens and that only its owner and root may use. It listens under a name of its own first: so it is there at once for
/// those who look, and takes the place of a dead one.
/// </summary>
internal sealed class PrivateSocket : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly ulong _inode;

    /// <summary>Makes it, in the place of a socket that may be there.</summary>
    /// <exception cref="IOException">Something else is there, or the directory is not.</exception>
    /// <exception cref="SocketException">It cannot be made.</exception>
    internal PrivateSocket(string path)
    {
        _path = path;
        if (!StatOf(path, out StatxBuffer there).IsError && there.Type != FileType.Socket)
        {
            throw new IOException($"{path} is there and is not a socket");
        }

        string unready = $"{path}.{Environment.ProcessId}";
        File.Delete(unready);
        Listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            Listener.Bind(new UnixDomainSocketEndPoint(unready));
            File.SetUnixFileMode(unready, OwnerOnly);
            Listener.Listen(ClientThreads.Backlog);
            _inode = InodeOf(unready);
            File.Move(unready, path, overwrite: true);
        }
        catch
        {
            Listener.Dispose();
            throw;
        }
    }

    /// <summary>Takes its clients.</summary>
    internal Socket Listener { get; }

    /// <summary>Closes it, and removes it unless another one has taken its place meanwhile.</summary>
    public void Dispose()
    {
        Listener.Dispose();
        if (InodeOf(_path) == _inode)
        {
            File.Delete(_path);
        }
    }

    private static ulong InodeOf(string path) => StatOf(path, out StatxBuffer stat).IsError ? 0 : stat.Ino;

    private static Errno StatOf(string path, out StatxBuffer stat) => Files.StatAt(Fd.WorkingDirectory, Encoding.UTF8.GetBytes(path), out stat);
}
