using System.Globalization;

namespace NlinkFs.Chaos;

/// <summary>How the source goes away.</summary>
internal enum Loss
{
    /// <summary>SIGSTOP, and SIGCONT after the absence: mounted, and answering nothing.</summary>
    Stop,

    /// <summary>A plain umount(8), as an orderly restart does it.</summary>
    Unmount,

    /// <summary>SIGKILL; the dead mount stays where it is until the next one comes.</summary>
    Kill,

    /// <summary>SIGKILL and umount -l at once: the bare directory shows.</summary>
    KillAndDetach,
}

/// <summary>What comes back.</summary>
internal enum Comeback
{
    /// <summary>The same files.</summary>
    Same,

    /// <summary>The other edition of the library.</summary>
    Replaced,

    /// <summary>First a source with an empty root, and after another absence the same files.</summary>
    EmptyFirst,
}

/// <summary>One fault of the schedule.</summary>
/// <param name="Loss">How the source goes.</param>
/// <param name="Comeback">What comes back.</param>
/// <param name="Absence">How long it stays away.</param>
/// <param name="Calm">How long nothing happens before it.</param>
internal sealed record Fault(Loss Loss, Comeback Comeback, TimeSpan Absence, TimeSpan Calm)
{
    /// <summary>How many sources it starts.</summary>
    internal int Restarts => (Loss, Comeback) switch
    {
        (Loss.Stop, _) => 0,
        (_, Comeback.EmptyFirst) => 2,
        _ => 1,
    };

    /// <inheritdoc/>
    public override string ToString()
    {
        string loss = Loss switch
        {
            Loss.Stop => "stop",
            Loss.Unmount => "umount",
            Loss.Kill => "kill",
            _ => "kill and umount -l",
        };
        string comeback = Comeback switch
        {
            Comeback.Replaced => ", other content",
            Comeback.EmptyFirst => ", empty at first",
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{loss} for {Absence.TotalSeconds:0.0} s{comeback}");
    }
}
