using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>Who asks: the part of the request header a file system may want.</summary>
/// <param name="Unique">The request's id, which an INTERRUPT names.</param>
/// <param name="Uid">File system uid of the caller.</param>
/// <param name="Gid">File system gid of the caller.</param>
/// <param name="Pid">Thread id of the caller in the daemon's pid namespace; 0 when it has none there or the kernel itself asks.</param>
/// <param name="Pending">The call's deadline; null where calls are not watched.</param>
/// <param name="IsRepeated">It has failed before, and is done again: others that began later may have been answered meanwhile.</param>
public readonly record struct RequestContext(RequestId Unique, uint Uid, uint Gid, uint Pid, PendingCall? Pending = null, bool IsRepeated = false);
