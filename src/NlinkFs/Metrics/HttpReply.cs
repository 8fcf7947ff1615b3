using System.Text;

namespace NlinkFs.Metrics;

/// <summary>The answer to a request over HTTP. The connection ends with it.</summary>
/// <param name="Status">Code and reason.</param>
/// <param name="ContentType">What the body is.</param>
/// <param name="Body">The body.</param>
internal sealed record HttpReply(string Status, string ContentType, byte[] Body)
{
    internal static HttpReply Malformed => Text("400 Bad Request", "this is not HTTP/1.1");

    internal static HttpReply TooLong => Text("431 Request Header Fields Too Large", "8 KiB are enough");

    internal static HttpReply OnlyGet => Text("405 Method Not Allowed", "GET and HEAD only") with { Allow = "Allow: GET, HEAD\r\n" };

    /// <summary>Whether only the header is wanted.</summary>
    internal bool IsHead { get; init; }

    private string Allow { get; init; } = "";

    /// <summary>An answer of one line.</summary>
    internal static HttpReply Text(string status, string line) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes($"{line}\n"));

    /// <summary>As it goes over the wire.</summary>
    internal byte[] ToBytes() =>
    [
        .. Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {Status}\r\nContent-Type: {ContentType}\r\nContent-Length: {Body.Length}\r\nCache-Control: no-store\r\n{Allow}Connection: close\r\n\r\n"),
        .. IsHead ? [] : Body,
    ];
}
