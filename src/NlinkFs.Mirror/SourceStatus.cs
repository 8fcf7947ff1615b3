namespace NlinkFs.Mirror;

/// <summary>How it is with the source.</summary>
public enum SourceState
{
    /// <summary>It is there and answers.</summary>
    Present,

    /// <summary>It is not there; requests wait for it.</summary>
    Lost,

    /// <summary>It is there and does not answer; requests fail until it does.</summary>
    Stalled,
}

/// <summary>How it is with the source, since when and why.</summary>
/// <param name="State">The state.</param>
/// <param name="Since">Since when.</param>
/// <param name="Reason">Why, for people; empty while it is present.</param>
/// <param name="FileSystemType">Its type in the mount table; empty while it is lost.</param>
/// <param name="Waiting">Requests that wait for it now.</param>
/// <param name="Losses">How often it was lost.</param>
public sealed record SourceStatus(SourceState State, DateTimeOffset Since, string Reason, string FileSystemType, int Waiting, int Losses);
