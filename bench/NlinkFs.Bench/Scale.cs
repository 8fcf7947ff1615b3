namespace NlinkFs.Bench;

/// <summary>How much is measured, and how often: the round is what medians are taken over.</summary>
internal sealed record Scale(string Name)
{
    /// <summary>Bytes of each of the data files.</summary>
    internal required long FileSize { get; init; }

    /// <summary>Rounds on fast sources.</summary>
    internal required int Rounds { get; init; }

    /// <summary>Rounds on the slow source, whose figures are made of sleeps and so scatter less.</summary>
    internal required int SlowRounds { get; init; }

    /// <summary>Longest run of random reads, and of loads that are repeated until the time is up.</summary>
    internal required double Seconds { get; init; }

    /// <summary>Length of a storm of stats. Past a time to live of 1 s it pays for asking again.</summary>
    internal required double StatSeconds { get; init; }

    /// <summary>Most time the whole may take before it is cut off.</summary>
    internal required TimeSpan Limit { get; init; }

    internal static Scale Quick { get; } = new("quick")
    {
        FileSize = 64 << 20,
        Rounds = 3,
        SlowRounds = 5,
        Seconds = 0.2,
        StatSeconds = 1.2,
        Limit = TimeSpan.FromMinutes(10),
    };

    internal static Scale Full { get; } = new("full")
    {
        FileSize = 128 << 20,
        Rounds = 5,
        SlowRounds = 5,
        Seconds = 0.8,
        StatSeconds = 2.5,
        Limit = TimeSpan.FromMinutes(60),
    };

    internal static Scale Guard { get; } = new("guard")
    {
        FileSize = 64 << 20,
        Rounds = 11,
        SlowRounds = 11,
        Seconds = 0.2,
        StatSeconds = 1.2,
        Limit = TimeSpan.FromMinutes(5),
    };

    /// <summary>Rounds as short and as many: with a source that works beside the reader and a daemon, two processors are busy with nothing else.</summary>
    internal static Scale ColdRead { get; } = Guard with { Name = "cold-read", Limit = TimeSpan.FromMinutes(10) };
}
