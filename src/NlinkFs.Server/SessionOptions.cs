using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>What a file system asks of its session; the kernel may grant less.</summary>
public sealed record SessionOptions
{
    /// <summary>Features that suit any file system served here, read-only or not.</summary>
    public const InitFlags UsualFeatures =
        InitFlags.InitExt | InitFlags.AsyncRead | InitFlags.BigWrites | InitFlags.AtomicOTrunc | InitFlags.ParallelDirops
        | InitFlags.MaxPages | InitFlags.DoReadDirPlus | InitFlags.ReadDirPlusAuto | InitFlags.CacheSymlinks | InitFlags.AutoInvalData
        | InitFlags.AsyncDio | InitFlags.DirectIoAllowMmap | InitFlags.AbortError | InitFlags.HasExpireOnly | InitFlags.NoExportSupport;

    /// <summary>Features to use where the kernel offers them.</summary>
    public InitFlags Features { get; init; } = UsualFeatures;

    /// <summary>Largest WRITE in bytes; the kernel's least is 4096, and a read-only file system needs no more.</summary>
    public int MaxWrite { get; init; } = 4096;

    /// <summary>Largest request payload in pages of 4096 bytes, READ included; 256 (1 MiB) is the kernel's default ceiling.</summary>
    public int MaxPages { get; init; } = 256;

    /// <summary>Most bytes the kernel may read ahead.</summary>
    public uint MaxReadahead { get; init; } = 1 << 20;

    /// <summary>How many background requests (read-ahead) the kernel keeps in flight.</summary>
    public ushort MaxBackground { get; init; } = 64;

    /// <summary>
    /// For passthrough: 1, or 2 when the backing files are themselves on a stacked file system; 0 does without. Costs users who
    /// want to stack overlayfs on the mount that depth.
    /// </summary>
    public uint MaxStackDepth { get; init; }

    /// <summary>Whether large answers may go through a pipe by splice(2) instead of a buffer.</summary>
    public bool Splice { get; init; } = true;

    /// <summary>Most threads that serve requests; reached only when that many calls are stuck at once.</summary>
    public int MaxWorkers { get; init; } = 256;

    /// <summary>Threads kept waiting for requests; more than these end when there is nothing to do.</summary>
    public int IdleWorkers { get; init; } = 8;

    /// <summary>How long calls may take before their callers are told EIO.</summary>
    public Deadlines Deadlines { get; init; }

    /// <summary>Receives a line for each request and each answer; null for none.</summary>
    public Action<string>? Trace { get; init; }
}

/// <summary>What the INIT exchange settled.</summary>
/// <param name="KernelMinor">The kernel's protocol minor version.</param>
/// <param name="Minor">The minor version spoken.</param>
/// <param name="Features">Features in force.</param>
/// <param name="MaxPages">Largest payload in pages.</param>
/// <param name="MaxReadahead">Read-ahead in bytes.</param>
public readonly record struct NegotiatedSession(uint KernelMinor, uint Minor, InitFlags Features, int MaxPages, uint MaxReadahead);

/// <summary>What a session has to tell its owner. Called from worker threads, rarely: implementations may log.</summary>
public interface ISessionLog
{
    /// <summary>The kernel's INIT cannot be served; the session ends.</summary>
    void InitRefused(string reason);

    /// <summary>A frame that does not follow the protocol was answered with an error.</summary>
    void MalformedRequest(FuseOpcode opcode, int length);

    /// <summary>A handler threw; the request was answered EIO.</summary>
    void HandlerFailed(FuseOpcode opcode, Exception exception);

    /// <summary>Reading requests failed in a way that is not an unmount; the session ends.</summary>
    void ChannelFailed(Linux.Errno error);

    /// <summary>All workers are busy or stuck; requests now wait for one of them.</summary>
    void WorkersExhausted(int workers);
}
