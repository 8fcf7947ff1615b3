using System.CommandLine;
using System.Net;
using System.Net.Sockets;

namespace NlinkFs.Metrics;

/// <summary>Where metrics are served: an address and port, or the path of a Unix socket.</summary>
internal static class MetricsEndpoint
{
    private const string UnixPrefix = "unix:";

    internal static Option<EndPoint?> Option() => new("--metrics")
    {
        HelpName = "ADDR:PORT|unix:PATH",
        Description = """
            Serve Prometheus metrics at /metrics over HTTP, and /healthz and /readyz beside them, also while the source is late or away. :PORT is
            127.0.0.1; other machines need 0.0.0.0:PORT, and everybody there may look. A Unix socket is for its owner and root alone.
            """,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!TryParse(text, out EndPoint? endpoint))
            {
                result.AddError($"--metrics {text}: an address and port are needed, such as :9101, 127.0.0.1:9101 or [::1]:9101, or unix:/run/nlinkfs/metrics.sock");
            }

            return endpoint;
        },
    };

    /// <summary>":9101", "127.0.0.1:9101", "[::1]:9101" (port 0 is one that is free), "unix:/path".</summary>
    internal static bool TryParse(string text, out EndPoint? endpoint)
    {
        endpoint = null;
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            return TryParsePath(text[UnixPrefix.Length..], out endpoint);
        }

        // An address alone would be taken for one with port 0.
        string whole = text.StartsWith(':') ? $"{IPAddress.Loopback}{text}" : text;
        int colon = whole.LastIndexOf(':');
        bool hasPort = colon >= 0 && (whole.StartsWith('[') ? whole[colon - 1] == ']' : whole.IndexOf(':', StringComparison.Ordinal) == colon);
        if (hasPort && colon < whole.Length - 1 && IPEndPoint.TryParse(whole, out IPEndPoint? address))
        {
            endpoint = address;
        }

        return endpoint is not null;
    }

    /// <summary>For people: "http://127.0.0.1:9101" or "unix:/path".</summary>
    internal static string Describe(EndPoint endpoint) => endpoint is IPEndPoint ? $"http://{endpoint}" : $"{UnixPrefix}{endpoint}";

    private static bool TryParsePath(string path, out EndPoint? endpoint)
    {
        endpoint = null;
        try
        {
            endpoint = path.Length > 0 ? new UnixDomainSocketEndPoint(Path.GetFullPath(path)) : null;
        }
        catch (ArgumentException)
        {
            // Longer than a socket's path may be (108 bytes).
        }

        return endpoint is not null;
    }
}
