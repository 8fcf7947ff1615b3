namespace NlinkFs.Check;

/// <summary>How bad it is, in rising order.</summary>
internal enum Severity
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It could not be looked at.</summary>
    Unseen,

    /// <summary>Good to know; nothing breaks.</summary>
    Note,

    /// <summary>Somebody will notice.</summary>
    Warning,

    /// <summary>Servers or their clients fail.</summary>
    Error,
}
