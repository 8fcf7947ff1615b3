namespace NlinkFs.Protocol;

/// <summary>fuse_uring_ent_in_out (7.42).</summary>
public struct UringEntInOut
{
    /// <summary>None defined.</summary>
    public ulong Flags;

    /// <summary>To be repeated in the commit.</summary>
    public ulong CommitId;

    /// <summary>Bytes of the payload.</summary>
    public uint PayloadSize;

    /// <summary>Padding.</summary>
    public uint Padding;

    /// <summary>Padding.</summary>
    public ulong Reserved;
}

/// <summary>fuse_uring_req_header (7.42).</summary>
public struct UringReqHeader
{
    /// <summary>fuse_in_header or fuse_out_header.</summary>
    public Bytex128 InOut;

    /// <summary>The operation's own header.</summary>
    public Bytex128 OpIn;

    /// <summary>The ring's part.</summary>
    public UringEntInOut RingEntInOut;
}

/// <summary>fuse_uring_cmd_req (7.42), in the command area of the SQE.</summary>
public struct UringCmdReq
{
    /// <summary>None defined.</summary>
    public ulong Flags;

    /// <summary>The request committed.</summary>
    public ulong CommitId;

    /// <summary>The queue.</summary>
    public ushort QueueId;

    /// <summary>Padding.</summary>
    public Bytex6 Padding;
}
