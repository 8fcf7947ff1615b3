using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NlinkFs.Testing;

/// <summary>A stock smbd of a test's own: loopback, a free high port, its state in a temporary directory, the shipped smb.conf.</summary>
public sealed class Samba : IDisposable
{
    private readonly TempTree _state = new();
    private readonly Service _smbd;

    /// <summary>Exports a directory as the share "media".</summary>
    /// <param name="path">The directory.</param>
    /// <param name="start">Starts smbd by another program, which gets its command line; null to start it itself.</param>
    public Samba(string path, Func<string[], Service>? start = null)
    {
        Port = FreePort();
        foreach (string name in (string[])["lock", "state", "cache", "pid", "private", "ncalrpc"])
        {
            _ = _state.MakeDirectory(name);
        }

        string template = File.ReadAllText(Path.Combine(Programs.Repository, "container/smb.conf"));
        string config = _state.Write("smb.conf", template
            .Replace("@PORT@", Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("@INTERFACES@", "lo 127.0.0.1", StringComparison.Ordinal)
            .Replace("@GUEST@", "nobody", StringComparison.Ordinal)
            .Replace("@DIRECTORY_LEASES@", "", StringComparison.Ordinal)
            .Replace("@STATE@", _state.Root, StringComparison.Ordinal)
            .Replace("@SHARE@", "media", StringComparison.Ordinal)
            .Replace("@PATH@", path, StringComparison.Ordinal)
            .Replace("@FORCE_USER@", "root", StringComparison.Ordinal));
        // In a process group of its own, which is smbd's default: at its end it signals all of its group.
        string[] command = ["/usr/sbin/smbd", "--foreground", "--configfile", config, "--debug-stdout"];
        _smbd = start?.Invoke(command) ?? new Service(command[0], command[1..]);
        if (!Commands.Eventually(IsListening, 20))
        {
            string log = _smbd.Log;
            Dispose();
            throw new InvalidOperationException($"smbd does not listen on port {Port}:\n{log}");
        }
    }

    /// <summary>Where it listens on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Runs smbclient commands, separated by semicolons, as a guest.</summary>
    public CommandResult Client(string commands, string? directory = null) => Commands.Run(
        "smbclient",
        ["//127.0.0.1/media", "-p", Port.ToString(CultureInfo.InvariantCulture), "-N", "-t", "60", "-c", commands],
        TimeSpan.FromMinutes(3),
        start => start.WorkingDirectory = directory ?? _state.Root);

    /// <inheritdoc/>
    public void Dispose()
    {
        _smbd.Dispose();
        _state.Dispose();
    }

    private bool IsListening()
    {
        try
        {
            using TcpClient client = new();
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>A port of the loopback that nobody listens on.</summary>
    public static int FreePort()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }
}
