namespace NlinkFs.Chaos;

/// <summary>Somebody who uses the mirror on a thread of their own, again and again until told to stop.</summary>
internal abstract class Client
{
    private readonly Thread _thread;
    private volatile bool _stopping;

    protected Client(Scene scene, int number)
    {
        Scene = scene;
        Random = new Random((scene.Options.Seed * 100) + number);
        _thread = new Thread(Run) { IsBackground = true, Name = $"{GetType().Name} {number}" };
    }

    /// <summary>The name, for messages.</summary>
    internal string Name => _thread.Name!;

    protected Scene Scene { get; }

    protected Random Random { get; }

    protected bool Stopping => _stopping;

    internal void Start() => _thread.Start();

    internal void Stop() => _stopping = true;

    /// <summary>False when the last call does not come back.</summary>
    internal bool Join(TimeSpan limit) => _thread.Join(limit);

    /// <summary>Keeps to the pace of people who play media: on a machine that is not busy, a stall is the mirror's.</summary>
    protected static void Pause() => Thread.Sleep(3);

    /// <summary>One round.</summary>
    protected abstract void Use();

    /// <summary>What is left to do when it is told to stop.</summary>
    protected virtual void Leave()
    {
    }

    private void Run()
    {
        while (!_stopping)
        {
            Use();
            Pause();
        }

        Leave();
    }
}
