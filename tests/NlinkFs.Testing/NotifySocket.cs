using System.Net.Sockets;
using System.Text;

namespace NlinkFs.Testing;

/// <summary>A service manager's end of sd_notify(3): keeps what it is told.</summary>
public sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _lines = [];

    /// <summary>Listens.</summary>
    /// <param name="address">As NOTIFY_SOCKET has it: a path, or a name with an @ before it.</param>
    public NotifySocket(string address)
    {
        Address = address;
        _socket.Bind(new UnixDomainSocketEndPoint(address[0] == '@' ? $"\0{address[1..]}" : address));
        new Thread(ReceiveAll) { IsBackground = true }.Start();
    }

    /// <summary>What NOTIFY_SOCKET is to be.</summary>
    public string Address { get; }

    /// <summary>Called with each line before anybody else sees it.</summary>
    public Action<string> OnLine { get; init; } = _ => { };

    /// <summary>All that was told so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>How often something was told.</summary>
    public int Count(string line) => Lines.Count(told => told == line);

    /// <summary>Waits until a line that begins like this has come, after so many others.</summary>
    public void WaitFor(string beginning, int after = 0)
    {
        if (!Commands.Eventually(() => Lines.Skip(after).Any(line => line.StartsWith(beginning, StringComparison.Ordinal)), 30))
        {
            throw new InvalidOperationException($"nobody said {beginning}, but:\n{string.Join('\n', Lines)}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void ReceiveAll()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
            {
                int length = _socket.Receive(buffer);
                foreach (string line in Encoding.UTF8.GetString(buffer, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    OnLine(line);
                    lock (_lines)
                    {
                        _lines.Add(line);
                    }
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
