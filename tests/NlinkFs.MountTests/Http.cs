using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using NlinkFs.Testing;

namespace NlinkFs.MountTests;

/// <summary>What an HTTP server answered.</summary>
internal sealed record HttpAnswer(int Status, string Head, string Body);

/// <summary>Asking the metrics of a daemon over HTTP, with bare sockets: nothing repairs what is asked or answered.</summary>
internal sealed class Http(EndPoint endpoint)
{
    /// <summary>The one a daemon says in its log that it serves.</summary>
    internal static Http Of(Service daemon)
    {
        const string Word = "Metrics at http://";
        daemon.WaitFor(Word);
        return new Http(IPEndPoint.Parse(Regex.Match(daemon.Log, $"{Word}([^/]+)/metrics").Groups[1].Value));
    }

    internal HttpAnswer Get(string path) => Say(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: mirror\r\n\r\n"));

    /// <summary>The samples of /metrics, by name and labels as they stand there.</summary>
    internal Dictionary<string, double> Metrics()
    {
        HttpAnswer answer = Get("/metrics");
        return answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').ToDictionary(
            line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>How often each operation was served.</summary>
    internal SortedDictionary<string, long> Counts() => new(Metrics()
        .Select(sample => (Name: Regex.Match(sample.Key, "^nlinkfs_request_duration_seconds_count{operation=\"(\\w+)\"}$").Groups[1].Value, sample.Value))
        .Where(sample => sample.Name.Length > 0)
        .ToDictionary(sample => sample.Name, sample => (long)sample.Value));

    internal Socket Connect()
    {
        Socket socket = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 60_000, SendTimeout = 60_000 };
        socket.Connect(endpoint);
        return socket;
    }

    /// <summary>Sends bytes, and waits until the server has closed.</summary>
    internal HttpAnswer Say(ReadOnlySpan<byte> request)
    {
        using Socket socket = Connect();
        try
        {
            _ = socket.Send(request);
        }
        catch (SocketException)
        {
            // It need not take all of it before it answers.
        }

        using MemoryStream answer = new();
        byte[] buffer = new byte[65536];
        while (socket.Receive(buffer) is > 0 and int count)
        {
            answer.Write(buffer, 0, count);
        }

        string text = Encoding.UTF8.GetString(answer.ToArray());
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end < 0
            ? new HttpAnswer(0, text, "")
            : new HttpAnswer(int.Parse(text.Split(' ')[1], CultureInfo.InvariantCulture), text[..end], text[(end + 4)..]);
    }
}
