using System.Buffers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace NlinkFs.Control;

/// <summary>Where a command's answer goes. Sending fails with an exception that ends the conversation when the client is gone or too slow.</summary>
internal sealed class ControlReply(Socket client, TimeSpan patience)
{
    /// <summary>Sends a document. With a buffer of its own: what the serializer would take from the pool is lost with the client's thread.</summary>
    internal void Send<T>(T document, JsonTypeInfo<T> type)
    {
        ArrayBufferWriter<byte> buffer = new(2048);
        using (Utf8JsonWriter writer = new(buffer))
        {
            JsonSerializer.Serialize(writer, document, type);
        }

        new Deadline(patience).Send(client, buffer.WrittenSpan);
    }

    /// <summary>Says why there is no answer.</summary>
    internal void Refuse(string why) => Send(new ControlError(why), ControlJson.Default.ControlError);
}
