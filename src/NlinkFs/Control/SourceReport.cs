namespace NlinkFs.Control;

/// <summary>How the source does, and what has become of requests to it. Counts are since the mirror's start.</summary>
internal sealed record SourceReport
{
    /// <summary>The state of a source that is there and answers.</summary>
    internal const string Present = "present";

    /// <summary>present, lost (it is not there) or stalled (it is there and does not answer).</summary>
    public string State { get; set; } = "";

    /// <summary>Since when.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>Why it is not present; left out when it is.</summary>
    public string? Reason { get; set; }

    /// <summary>Requests that wait for its return now.</summary>
    public int Waiting { get; set; }

    /// <summary>Calls that were given up, and have not come back from the source so far.</summary>
    public int Stuck { get; set; }

    /// <summary>How often it was lost.</summary>
    public int Losses { get; set; }

    /// <summary>Open files that were opened again after a loss.</summary>
    public long Reopened { get; set; }

    /// <summary>Requests answered with an input/output error.</summary>
    public long IoErrors { get; set; }
}
