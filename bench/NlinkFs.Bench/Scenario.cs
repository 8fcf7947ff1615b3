namespace NlinkFs.Bench;

/// <summary>What a step has at hand.</summary>
internal sealed record Scene(Source Source, Layer Layer, LayerMount Mount, Samba? Samba);

/// <summary>One figure: how caches are brought into the state its title names, and what is then measured.</summary>
/// <param name="Id">Its name in results.</param>
/// <param name="Title">What it does and in which state of the caches.</param>
/// <param name="Unit">What is counted.</param>
internal sealed record Step(string Id, string Title, Unit Unit)
{
    /// <summary>Done before the clock starts.</summary>
    internal Action<Scene> Prepare { get; init; } = static _ => { };

    internal required Func<Scene, Work> Run { get; init; }

    /// <summary>Whether the source's pages are hot, so that no READ may reach a source that counts them.</summary>
    internal bool HotSource { get; init; }
}

/// <summary>Steps taken one after the other on one fresh mount: what the first leaves in the caches the next one finds.</summary>
internal sealed record Scenario(params Step[] Steps);
