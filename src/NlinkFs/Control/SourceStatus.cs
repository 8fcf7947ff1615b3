using System.Text.Json.Serialization;

namespace NlinkFs.Control;

/// <summary>How the source does, as the control socket tells it.</summary>
internal enum SourceState
{
    /// <summary>It is there and answers.</summary>
    [JsonStringEnumMemberName("present")]
    Present,

    /// <summary>It is gone: its daemon died, or it was unmounted.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,

    /// <summary>It is there and does not answer.</summary>
    [JsonStringEnumMemberName("stalled")]
    Stalled,

    /// <summary>It has not been there yet.</summary>
    [JsonStringEnumMemberName("starting")]
    Starting,
}

/// <summary>The source's state, and what has become of requests to it. Counts are since the mirror's start.</summary>
internal sealed record SourceStatus
{
    /// <summary>What it is now.</summary>
    public SourceState State { get; set; }

    /// <summary>Since when.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>Why it is not present; null when it is.</summary>
    public string? Reason { get; set; }

    /// <summary>Calls that wait for the source now.</summary>
    public int Waiting { get; set; }

    /// <summary>Calls that were given up, and are still in the source.</summary>
    public int Stuck { get; set; }

    /// <summary>Open files that were opened anew after a loss.</summary>
    public long Reopened { get; set; }

    /// <summary>How often it was lost.</summary>
    public long Losses { get; set; }

    /// <summary>Requests answered with an input/output error because of it.</summary>
    public long IoErrors { get; set; }
}
