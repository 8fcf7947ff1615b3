namespace NlinkFs.Protocol;

/// <summary>A node id: the server's name for an inode, valid while its lookup count is above 0. Not an inode number.</summary>
public readonly record struct NodeId(ulong Value)
{
    /// <summary>No node; in an entry, a name that does not exist.</summary>
    public static NodeId None => default;

    /// <summary>FUSE_ROOT_ID.</summary>
    public static NodeId Root => new(1);
}

/// <summary>The kernel's id of a request ("unique"). The highest bit marks one that is sent again (7.40).</summary>
public readonly record struct RequestId(ulong Value);

/// <summary>The server's id of an open file or directory ("fh").</summary>
public readonly record struct FileHandleId(ulong Value);
