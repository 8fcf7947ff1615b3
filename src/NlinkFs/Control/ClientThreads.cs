using System.Net.Sockets;
using Serilog;

namespace NlinkFs.Control;

/// <summary>
/// Answers the clients of a listening socket, each on a thread of its own and not one of the runtime's pool: those may all be stuck in the
/// source, which is when people ask. So many at once and no more; who answers sees to it that none stays long.
/// </summary>
internal sealed class ClientThreads : IDisposable
{
    /// <summary>Clients that wait to be accepted.</summary>
    internal const int Backlog = 128;
    private const int MaxClients = 64;

    /// <summary>A client's thread leaves 20 KB behind, and the collector's own budget, the cache's size, would let 18 MB of that pile up.</summary>
    private const int ClientsBetweenCollections = 32;
    private const int StackSize = 256 * 1024;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly string _name;
    private readonly Action<Socket> _answer;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _free = new(MaxClients);
    private volatile bool _stopping;

    /// <summary>Begins to accept.</summary>
    /// <param name="listener">A socket that listens and does not block; the caller's.</param>
    /// <param name="name">What its threads are called.</param>
    /// <param name="answer">Answers a client. That it is gone or too slow ends the conversation with an exception of the socket or a timeout.</param>
    /// <param name="log">Told of bugs.</param>
    internal ClientThreads(Socket listener, string name, Action<Socket> answer, ILogger log)
    {
        (_listener, _name, _answer, _log) = (listener, name, answer, log);
        new Thread(AcceptAll, StackSize) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>Accepts nobody any more; to be called before the listener is closed. Those who are being answered still are.</summary>
    public void Dispose() => _stopping = true;

    private void AcceptAll()
    {
        for (int served = 1; !_stopping; served++)
        {
            if (served % ClientsBetweenCollections == 0)
            {
                GC.Collect(0);
            }

            _free.Wait();
            try
            {
                _ = _listener.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
                Socket client = _listener.Accept();
                new Thread(() => Serve(client), StackSize) { IsBackground = true, Name = $"{_name} client" }.Start();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OutOfMemoryException)
            {
                // Closed; or out of descriptors or threads for a while; or the client left the queue.
                _ = _free.Release();
                Thread.Sleep(_stopping ? TimeSpan.Zero : s_pause);
            }
        }
    }

    private void Serve(Socket client)
    {
        try
        {
            using (client)
            {
                client.Blocking = false;
                _answer(client);
            }
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            // The client is gone, says nothing, or does not take its answer.
        }
        catch (Exception e)
        {
            // Unhandled on this thread it would end the mirror.
            _log.Error(e, "A bug: a client of the {Name:l} socket was not answered", _name);
        }
        finally
        {
            _ = _free.Release();
        }
    }
}
