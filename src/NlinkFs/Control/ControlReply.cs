using System.Buffers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace NlinkFs.Control;

/// <summary>Where a command's answer goes. Sending fails with an exception that ends the conversation when the client is gone or too slow.</summary>
internal sealed class ControlReply(Socket client, TimeSpan patience)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(250);

    /// <summary>Sends a document. With a buffer of its own: what the serializer would take from the pool is lost with the client's thread.</summary>
    internal void Send<T>(T document, JsonTypeInfo<T> type) => new Deadline(patience).Send(client, Serialize(document, type).WrittenSpan);

    /// <summary>Sends one of several documents, with a line feed behind it, however long the client takes.</summary>
    /// <returns>False when <paramref name="isOver"/> or the client is gone.</returns>
    internal bool TrySendLine<T>(T document, JsonTypeInfo<T> type, Func<bool> isOver)
    {
        ArrayBufferWriter<byte> buffer = Serialize(document, type);
        buffer.Write("\n"u8);
        ReadOnlySpan<byte> rest = buffer.WrittenSpan;
        while (!rest.IsEmpty && !isOver() && !IsGone)
        {
            rest = client.Poll(s_tick, SelectMode.SelectWrite) ? rest[client.Send(rest)..] : rest;
        }

        return rest.IsEmpty;
    }

    /// <summary>Whether the client has closed its end. It has nothing more to say.</summary>
    internal bool IsGone => client.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    /// <summary>Says why there is no answer.</summary>
    internal void Refuse(string why) => Send(new ControlError(why), ControlJson.Default.ControlError);

    private static ArrayBufferWriter<byte> Serialize<T>(T document, JsonTypeInfo<T> type)
    {
        ArrayBufferWriter<byte> buffer = new(2048);
        using Utf8JsonWriter writer = new(buffer);
        JsonSerializer.Serialize(writer, document, type);
        return buffer;
    }
}
