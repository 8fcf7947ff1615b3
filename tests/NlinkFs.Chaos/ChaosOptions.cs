using NlinkFs.Testing;

namespace NlinkFs.Chaos;

/// <summary>What a run is made of.</summary>
public sealed record ChaosOptions
{
    /// <summary>How often the source is started again.</summary>
    public int Restarts { get; init; } = 50;

    /// <summary>Decides all that is random about the faults and about who reads what; not the order in which threads run.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Which source.</summary>
    public SourceKind Source { get; init; }

    /// <summary>The mirror's --io.</summary>
    public string Io { get; init; } = "auto";

    /// <summary>The longest time the source stays away, and the longest it stays.</summary>
    public TimeSpan Absence { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// What is too late: for a call, beyond the absence of the source; for a source, to end after its umount. More where the machine has
    /// other work to do.
    /// </summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the daemon reads the files, so that open ones outlive the source. For a FUSE source, auto does.</summary>
    internal bool FilesOutliveTheSource => Io != "passthrough";
}
