using System.Net;
using System.Net.Sockets;
using System.Text;
using NlinkFs.Control;
using Serilog;

namespace NlinkFs.Metrics;

/// <summary>
/// A minimal HTTP/1.1 server for scrapers and probes: /metrics, /healthz and /readyz. One request a connection, without a body; whatever else
/// comes gets a status that says so, and whoever is slow is dropped. It asks neither the mirror nor the source, so it answers when both hang.
/// </summary>
internal sealed class MetricsServer : IDisposable
{
    private const int MaxHead = 8192;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly DaemonState _state;
    private readonly Instruments _instruments;
    private readonly PrometheusText _metrics;
    private readonly PrivateSocket? _file;
    private readonly Socket _listener;
    private readonly ClientThreads _clients;

    private MetricsServer(EndPoint endpoint, DaemonState state, ILogger log)
    {
        _state = state;
        _file = endpoint is UnixDomainSocketEndPoint ? new PrivateSocket(endpoint.ToString()!) : null;
        _listener = _file?.Listener ?? Listen(endpoint);
        _instruments = new Instruments(state);
        _metrics = new PrometheusText(_instruments);
        _clients = new ClientThreads(_listener, "metrics", Answer, log);
        log.Information("Metrics at {Endpoint:l}/metrics", MetricsEndpoint.Describe(_file is null ? _listener.LocalEndPoint! : endpoint));
    }

    /// <summary>Begins to answer; null without an endpoint.</summary>
    /// <exception cref="CommandException">Nothing can listen there.</exception>
    internal static MetricsServer? Start(EndPoint? endpoint, DaemonState state, ILogger log)
    {
        try
        {
            return endpoint is null ? null : new MetricsServer(endpoint, state, log);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"--metrics: cannot listen at {MetricsEndpoint.Describe(endpoint!)}: {e.Message}", ExitCode.System, "choose another port, or a path in a directory that exists");
        }
    }

    public void Dispose()
    {
        _clients.Dispose();
        _listener.Dispose();
        _file?.Dispose();
        _metrics.Dispose();
        _instruments.Dispose();
    }

    private static Socket Listen(EndPoint endpoint)
    {
        Socket listener = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            listener.Bind(endpoint);
            listener.Listen(ClientThreads.Backlog);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private void Answer(Socket client)
    {
        Deadline deadline = new(s_patience);
        Span<byte> head = stackalloc byte[MaxHead];
        int length = ReadHead(client, deadline, head);
        if (length == 0)
        {
            // A probe that only connects.
            return;
        }

        HttpReply reply = length < 0 ? HttpReply.TooLong : Reply(head[..length]);
        deadline = new Deadline(s_patience);
        deadline.Send(client, reply.ToBytes());
        if (length < 0)
        {
            // Closing on what has not been read would take the answer back.
            client.Shutdown(SocketShutdown.Send);
            while (deadline.Receive(client, head) > 0)
            {
            }
        }
    }

    /// <summary>Reads up to the empty line behind the headers. Less when the client ends before, negative when it is too much.</summary>
    private static int ReadHead(Socket client, Deadline deadline, Span<byte> head)
    {
        int length = 0;
        while (length < head.Length)
        {
            int count = deadline.Receive(client, head[length..]);
            length += count;
            if (count == 0 || head[..length].IndexOf("\r\n\r\n"u8) >= 0 || head[..length].IndexOf("\n\n"u8) >= 0)
            {
                return length;
            }
        }

        return -1;
    }

    private HttpReply Reply(ReadOnlySpan<byte> head)
    {
        int end = head.IndexOf((byte)'\n');
        string[] words = Encoding.Latin1.GetString(head[..Math.Max(0, end)]).TrimEnd('\r').Split(' ');
        if (words is not [string method, string target, ['H', 'T', 'T', 'P', '/', '1', '.', _]])
        {
            return HttpReply.Malformed;
        }

        return method is "GET" or "HEAD" ? Reply(target.Split('?')[0]) with { IsHead = method == "HEAD" } : HttpReply.OnlyGet;
    }

    private HttpReply Reply(string path)
    {
        switch (path)
        {
            case "/metrics":
                return new HttpReply("200 OK", PrometheusText.ContentType, _metrics.Collect());
            case "/healthz":
                return HttpReply.Text("200 OK", "live");
            case "/readyz":
                Look look = _state.Look();
                (bool ready, string why) = Readiness.Of(look.Mirror, look.Command);
                return HttpReply.Text(ready ? "200 OK" : "503 Service Unavailable", $"{(ready ? "" : "not ")}ready: {why}");
            default:
                return HttpReply.Text("404 Not Found", "there are /metrics, /healthz and /readyz");
        }
    }
}
