namespace NlinkFs.Server;

/// <summary>Who follows the requests of a channel. Gives it a tracer while somebody does.</summary>
internal sealed class Following(FuseChannel channel)
{
    private readonly Lock _lock = new();

    internal void Add(ITraceListener listener)
    {
        lock (_lock)
        {
            RequestTracer tracer = channel.Tracer ?? new RequestTracer();
            tracer.Add(listener);
            channel.Tracer = tracer;
        }
    }

    internal void Remove(ITraceListener listener)
    {
        lock (_lock)
        {
            if (channel.Tracer is { } tracer && tracer.Remove(listener))
            {
                channel.Tracer = null;
            }
        }
    }
}

/// <summary>Writes the lines somewhere, as they come.</summary>
internal sealed class LineListener(Action<string> write) : ITraceListener
{
    public void Asked(string request) => write(request);

    public void Answered(string? request, string answer, TimeSpan took) => write(answer);
}
