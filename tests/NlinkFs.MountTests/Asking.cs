using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>Asking a daemon, with the command or at its socket.</summary>
internal static class Asking
{
    /// <summary>The signal stops one thread after the other.</summary>
    internal static void StopNow(Service service)
    {
        const int Stop = 19;
        service.Signal(Stop);
        Assert.True(Commands.Eventually(() => Directory.GetDirectories($"/proc/{service.Id}/task").All(
            thread => File.ReadAllText($"{thread}/stat").Contains(") T ", StringComparison.Ordinal))));
    }

    internal static CommandResult Nlinkfs(params string[] arguments) => Commands.Run(Programs.Nlinkfs, arguments);

    internal static (int ExitCode, string Error) Failure(params string[] arguments)
    {
        CommandResult result = Nlinkfs(arguments);
        return (result.ExitCode, result.Error);
    }

    internal static (CommandResult Result, double Seconds) Timed(params string[] arguments)
    {
        Stopwatch watch = Stopwatch.StartNew();
        CommandResult result = Nlinkfs(arguments);
        return (result, watch.Elapsed.TotalSeconds);
    }

    internal static JsonElement Json(params string[] arguments) => JsonDocument.Parse(Nlinkfs(arguments).Output).RootElement;

    internal static string SocketOf(string mountPoint)
    {
        MountEntry mount = MountTable.TopAt(Encoding.UTF8.GetBytes(mountPoint))!;
        return string.Create(CultureInfo.InvariantCulture, $"/run/nlinkfs/{mount.Major}-{mount.Minor}.sock");
    }

    internal static Socket Connect(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    internal static string Converse(string path, ReadOnlySpan<byte> line)
    {
        using Socket socket = Connect(path);
        byte[] buffer = new byte[16384];
        int length = 0;
        try
        {
            _ = socket.Send(line);
        }
        catch (SocketException)
        {
            // It need not take all of it before it answers and closes.
        }

        try
        {
            while (socket.Receive(buffer, length, buffer.Length - length, SocketFlags.None) is > 0 and int count)
            {
                length += count;
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // How it ends then.
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
