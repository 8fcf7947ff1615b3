namespace NlinkFs.Check.Items;

/// <summary>Whether the kernel could read the files of a mirror of this itself.</summary>
internal sealed class PassthroughPossible() : Check<Evidence>("passthrough", "passthrough for a mirror")
{
    internal override Finding Judge(Evidence evidence) => evidence.DataPath switch
    {
        null => Unseen("no file to try it with"),
        { IsPassthrough: false } path => Note(path.Reason, advice: "nothing has to be done: a mirror's daemon reads the files (--io=proxy)"),
        { } path => Ok(evidence.IsFuse
            ? "possible (--io=passthrough); --io=auto is proxy, since open files outlive a restart of the source only so"
            : $"possible{(path.StackDepth > 1 ? ", stacked on another" : "")}"),
    };
}
