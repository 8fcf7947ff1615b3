using System.Net.Sockets;

namespace NlinkFs.Control;

/// <summary>
/// A point in time that all steps of a conversation share: a peer that sends a byte now and then gets no more time than one that sends
/// nothing. Sockets are non-blocking and waited for here, with poll(2) and nothing else.
/// </summary>
internal readonly struct Deadline(TimeSpan after)
{
    /// <summary>Half an hour, in milliseconds: Socket.Poll counts microseconds in an int.</summary>
    private const double Longest = 1_800_000;

    private readonly long _at = after == Timeout.InfiniteTimeSpan
        ? long.MaxValue
        : Environment.TickCount64 + (long)Math.Min(after.TotalMilliseconds, Longest);

    /// <summary>None: to wait for as long as it takes.</summary>
    internal static Deadline Never => new(Timeout.InfiniteTimeSpan);

    /// <summary>Waits until a socket has something to read, or room to write to; errors and the peer's end count as well.</summary>
    /// <exception cref="TimeoutException">The time is over.</exception>
    internal void WaitFor(Socket socket, SelectMode mode)
    {
        TimeSpan left = _at == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Max(0, _at - Environment.TickCount64));
        if (!socket.Poll(left, mode))
        {
            throw new TimeoutException();
        }
    }

    /// <summary>Sends all of it.</summary>
    internal void Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            WaitFor(socket, SelectMode.SelectWrite);
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    /// <summary>Receives what has come, 0 for the peer's end.</summary>
    internal int Receive(Socket socket, Span<byte> buffer)
    {
        WaitFor(socket, SelectMode.SelectRead);
        return socket.Receive(buffer);
    }
}
