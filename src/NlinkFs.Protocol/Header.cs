namespace NlinkFs.Protocol;

/// <summary>fuse_in_header; protocol 7.0, extensions since 7.38. In front of every request.</summary>
public struct InHeader
{
    /// <summary>Bytes of the whole frame, this header included.</summary>
    public uint Length;

    /// <summary>What is asked.</summary>
    public FuseOpcode Opcode;

    /// <summary>The id the answer has to repeat.</summary>
    public RequestId Unique;

    /// <summary>What it is about.</summary>
    public NodeId NodeId;

    /// <summary>File system uid of the caller.</summary>
    public uint Uid;

    /// <summary>File system gid of the caller.</summary>
    public uint Gid;

    /// <summary>Thread id of the caller as the daemon sees it; 0 outside its pid namespace.</summary>
    public uint Pid;

    /// <summary>Length of the extensions behind the arguments, in units of 8 bytes.</summary>
    public ushort TotalExtensionLength;

    /// <summary>Padding.</summary>
    public ushort Padding;
}

/// <summary>fuse_out_header; protocol 7.0. In front of every answer, and of every notification with <see cref="Unique"/> 0.</summary>
public struct OutHeader
{
    /// <summary>Bytes of the whole frame, this header included.</summary>
    public uint Length;

    /// <summary>0 or a negative errno above -512; for a notification its <see cref="NotifyCode"/>.</summary>
    public int Error;

    /// <summary>The request answered.</summary>
    public RequestId Unique;
}
