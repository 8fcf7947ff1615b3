namespace NlinkFs.Protocol;

/// <summary>enum fuse_notify_code.</summary>
public enum NotifyCode : int
{
    /// <summary>Wake a poll (7.11).</summary>
    Poll = 1,

    /// <summary>Drop pages and attributes (7.12).</summary>
    InvalInode = 2,

    /// <summary>Drop a name (7.12).</summary>
    InvalEntry = 3,

    /// <summary>Put data into the page cache (7.15).</summary>
    Store = 4,

    /// <summary>Get data from the page cache (7.15).</summary>
    Retrieve = 5,

    /// <summary>A name was deleted (7.18).</summary>
    Delete = 6,

    /// <summary>Send requests in flight again (7.40).</summary>
    Resend = 7,

    /// <summary>Let all dentries expire (7.44).</summary>
    IncEpoch = 8,

    /// <summary>Drop unused dentries of nodes (7.45).</summary>
    Prune = 9,
}

/// <summary>enum fuse_ext_type.</summary>
public enum ExtensionType : uint
{
    /// <summary>Up to this it is a count of security contexts.</summary>
    MaxNrSecCtx = 31,

    /// <summary>Supplementary groups.</summary>
    Groups = 32,
}
