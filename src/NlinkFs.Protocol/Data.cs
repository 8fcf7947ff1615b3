namespace NlinkFs.Protocol;

/// <summary>fuse_read_in, for READ, READDIR and READDIRPLUS.</summary>
public struct ReadIn
{
    /// <summary>The handle.</summary>
    public FileHandleId Fh;

    /// <summary>Bytes into the file, or a directory offset given out before.</summary>
    public ulong Offset;

    /// <summary>Most bytes wanted.</summary>
    public uint Size;

    /// <summary>FUSE_READ_* flags.</summary>
    public ReadFlags ReadFlags;

    /// <summary>With FUSE_READ_LOCKOWNER.</summary>
    public ulong LockOwner;

    /// <summary>O_* flags.</summary>
    public uint Flags;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_write_in.</summary>
public struct WriteIn
{
    /// <summary>The handle.</summary>
    public FileHandleId Fh;

    /// <summary>Bytes into the file.</summary>
    public ulong Offset;

    /// <summary>Bytes of data that follow.</summary>
    public uint Size;

    /// <summary>FUSE_WRITE_* flags.</summary>
    public WriteFlags WriteFlags;

    /// <summary>With FUSE_WRITE_LOCKOWNER.</summary>
    public ulong LockOwner;

    /// <summary>O_* flags.</summary>
    public uint Flags;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_write_out.</summary>
public struct WriteOut
{
    /// <summary>Bytes written.</summary>
    public uint Size;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_lseek_in (7.24).</summary>
public struct LseekIn
{
    /// <summary>The handle.</summary>
    public FileHandleId Fh;

    /// <summary>Signed in effect.</summary>
    public ulong Offset;

    /// <summary>SEEK_DATA or SEEK_HOLE.</summary>
    public uint Whence;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_lseek_out (7.24).</summary>
public struct LseekOut
{
    /// <summary>The position found.</summary>
    public ulong Offset;
}

/// <summary>fuse_fsync_in, for FSYNC and FSYNCDIR.</summary>
public struct FsyncIn
{
    /// <summary>The handle.</summary>
    public FileHandleId Fh;

    /// <summary>Whether metadata counts.</summary>
    public FsyncFlags FsyncFlags;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_syncfs_in (7.34).</summary>
public struct SyncFsIn
{
    /// <summary>Padding.</summary>
    public ulong Padding;
}

/// <summary>fuse_fallocate_in (7.19).</summary>
public struct FallocateIn
{
    /// <summary>The handle.</summary>
    public FileHandleId Fh;

    /// <summary>Bytes.</summary>
    public ulong Offset;

    /// <summary>Bytes.</summary>
    public ulong Length;

    /// <summary>FALLOC_FL_* flags.</summary>
    public uint Mode;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_copy_file_range_in (7.28).</summary>
public struct CopyFileRangeIn
{
    /// <summary>Handle read from.</summary>
    public FileHandleId FhIn;

    /// <summary>Bytes.</summary>
    public ulong OffsetIn;

    /// <summary>Node written to.</summary>
    public NodeId NodeIdOut;

    /// <summary>Handle written to.</summary>
    public FileHandleId FhOut;

    /// <summary>Bytes.</summary>
    public ulong OffsetOut;

    /// <summary>Bytes.</summary>
    public ulong Length;

    /// <summary>None defined.</summary>
    public ulong Flags;
}

/// <summary>fuse_copy_file_range_out (7.45), answer to COPY_FILE_RANGE_64.</summary>
public struct CopyFileRangeOut
{
    /// <summary>Bytes copied.</summary>
    public ulong BytesCopied;
}

/// <summary>fuse_bmap_in.</summary>
public struct BmapIn
{
    /// <summary>Block in the file.</summary>
    public ulong Block;

    /// <summary>Bytes a block.</summary>
    public uint BlockSize;

    /// <summary>Padding.</summary>
    public uint Padding;
}

/// <summary>fuse_bmap_out.</summary>
public struct BmapOut
{
    /// <summary>Block on the device.</summary>
    public ulong Block;
}
