namespace NlinkFs.Protocol;

/// <summary>fuse_dirent without its name, which follows, padded to 8 bytes.</summary>
public struct Dirent
{
    /// <summary>d_ino.</summary>
    public ulong Ino;

    /// <summary>Where the directory continues after this entry.</summary>
    public ulong Offset;

    /// <summary>Bytes of the name.</summary>
    public uint NameLength;

    /// <summary>DT_* value.</summary>
    public uint Type;
}

/// <summary>fuse_direntplus without its name (7.21).</summary>
public struct DirentPlus
{
    /// <summary>As LOOKUP would answer; with nodeid 0 no lookup is counted.</summary>
    public EntryOut Entry;

    /// <summary>The entry itself.</summary>
    public Dirent Dirent;
}
