using System.Net;
using System.Net.Sockets;

namespace NlinkFs.CifsTests;

/// <summary>The address of a service: whoever connects to its port reaches the server that is behind it then, and stays with it.</summary>
internal sealed class Address : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _lock = new();
    private readonly List<TcpClient> _open = []; // guarded by _lock, as all below
    private int _server;
    private int _epoch;

    /// <param name="server">The port of the server behind it.</param>
    internal Address(int server)
    {
        _server = server;
        _listener.Start();
        Thread thread = new(Accept) { IsBackground = true, Name = "address" };
        thread.Start();
    }

    /// <summary>The port.</summary>
    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Puts another server behind it.</summary>
    /// <param name="server">Its port.</param>
    /// <param name="silently">What is connected to the old one is told nothing, and never hears of it again; else it is cut off.</param>
    internal void Move(int server, bool silently)
    {
        lock (_lock)
        {
            _server = server;
            _epoch++;
            if (!silently)
            {
                _open.ForEach(client => client.Dispose());
                _open.Clear();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Stop();
        lock (_lock)
        {
            _epoch++;
            _open.ForEach(client => client.Dispose());
        }
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                Connect(_listener.AcceptTcpClient());
            }
        }
        catch (SocketException)
        {
            // Disposed of.
        }
    }

    private void Connect(TcpClient client)
    {
        TcpClient server = new();
        int epoch;
        lock (_lock)
        {
            epoch = _epoch;
            _open.AddRange([client, server]);
            try
            {
                server.Connect(IPAddress.Loopback, _server);
            }
            catch (SocketException)
            {
                client.Dispose();
                return;
            }
        }

        foreach ((TcpClient from, TcpClient to) in ((TcpClient, TcpClient)[])[(client, server), (server, client)])
        {
            new Thread(() => Carry(from, to, epoch)) { IsBackground = true, Name = "connection" }.Start();
        }
    }

    private void Carry(TcpClient from, TcpClient to, int epoch)
    {
        byte[] buffer = new byte[1 << 16];
        try
        {
            int count;
            while ((count = from.GetStream().Read(buffer)) > 0 && Volatile.Read(ref _epoch) == epoch)
            {
                to.GetStream().Write(buffer, 0, count);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the ends is gone.
        }

        if (Volatile.Read(ref _epoch) == epoch)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
