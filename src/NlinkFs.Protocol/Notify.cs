namespace NlinkFs.Protocol;

/// <summary>fuse_notify_poll_wakeup_out (7.11).</summary>
public struct NotifyPollWakeupOut
{
    /// <summary>The waiter.</summary>
    public ulong KernelHandle;
}

/// <summary>fuse_notify_inval_inode_out (7.12).</summary>
public struct NotifyInvalInodeOut
{
    /// <summary>The node.</summary>
    public NodeId NodeId;

    /// <summary>First byte to drop; negative for attributes only.</summary>
    public long Offset;

    /// <summary>Bytes to drop; 0 for all.</summary>
    public long Length;
}

/// <summary>fuse_notify_inval_entry_out (7.12), followed by the name and a NUL.</summary>
public struct NotifyInvalEntryOut
{
    /// <summary>The directory.</summary>
    public NodeId Parent;

    /// <summary>Bytes of the name.</summary>
    public uint NameLength;

    /// <summary>FUSE_EXPIRE_ONLY (7.38).</summary>
    public InvalEntryFlags Flags;
}

/// <summary>fuse_notify_delete_out (7.18), followed by the name and a NUL.</summary>
public struct NotifyDeleteOut
{
    /// <summary>The directory.</summary>
    public NodeId Parent;

    /// <summary>The node deleted.</summary>
    public NodeId Child;

    /// <summary>Bytes of the name.</summary>
    public uint NameLength;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_notify_store_out (7.15), followed by the data.</summary>
public struct NotifyStoreOut
{
    /// <summary>The node.</summary>
    public NodeId NodeId;

    /// <summary>Bytes.</summary>
    public ulong Offset;

    /// <summary>Bytes.</summary>
    public uint Size;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_notify_retrieve_out (7.15).</summary>
public struct NotifyRetrieveOut
{
    /// <summary>Id of the answer to expect.</summary>
    public RequestId NotifyUnique;

    /// <summary>The node.</summary>
    public NodeId NodeId;

    /// <summary>Bytes.</summary>
    public ulong Offset;

    /// <summary>Bytes.</summary>
    public uint Size;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_notify_retrieve_in (7.15); as long as <see cref="WriteIn"/>.</summary>
public struct NotifyRetrieveIn
{
    /// <summary>Padding.</summary>
    public ulong Dummy1;

    /// <summary>Bytes.</summary>
    public ulong Offset;

    /// <summary>Bytes.</summary>
    public uint Size;

    /// <summary>Padding.</summary>
    public uint Dummy2;

    /// <summary>Padding.</summary>
    public ulong Dummy3;

    /// <summary>Padding.</summary>
    public ulong Dummy4;
}

/// <summary>fuse_notify_prune_out (7.45), followed by node ids.</summary>
public struct NotifyPruneOut
{
    /// <summary>How many follow.</summary>
    public uint Count;

    /// <summary>Padding.</summary>
    public uint Padding;

    /// <summary>Padding.</summary>
    public ulong Spare;
}
