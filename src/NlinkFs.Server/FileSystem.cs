using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>
/// A file system to be served. One virtual method per operation of the protocol; what is not overridden answers ENOSYS, which
/// for most operations tells the kernel never to ask again. Methods run on many threads at once, return an errno instead of
/// throwing, and may block, except <see cref="Forget"/>, <see cref="Release"/>, <see cref="ReleaseDir"/> and
/// <see cref="Interrupt"/>, which must not: they are what a server with all its threads stuck still has to take.
/// </summary>
/// <remarks>Names are the bytes the kernel sent: no NUL, no slash, at most 255 long, any encoding.</remarks>
public abstract partial class FileSystem
{
    /// <summary>Called once, when the kernel has accepted the session and before any other request.</summary>
    /// <param name="session">What was agreed.</param>
    /// <param name="backing">Registers files for passthrough, if <see cref="InitFlags.Passthrough"/> was agreed.</param>
    /// <param name="notifier">For what the kernel has to be told unasked.</param>
    public virtual void Initialized(in NegotiatedSession session, BackingFiles backing, Notifier notifier)
    {
    }

    /// <summary>
    /// What to answer instead of EIO for a call that has passed its deadline: the operation's structure in <paramref name="answer"/>, under the
    /// rules of the operation (LOOKUP counts a lookup). False for EIO. Must not block.
    /// </summary>
    /// <param name="opcode">Which operation.</param>
    /// <param name="node">On what.</param>
    /// <param name="name">What LOOKUP looks for; empty for others, and for a name longer than 255 bytes.</param>
    /// <param name="answer">Room for one structure.</param>
    /// <param name="length">How much of it was written.</param>
    public virtual bool TryAnswerOverdue(FuseOpcode opcode, NodeId node, ReadOnlySpan<byte> name, Span<byte> answer, out int length)
    {
        length = 0;
        return false;
    }

    /// <summary>
    /// A call has passed its deadline and was answered without it; the thread in it is lost until the call returns. Must not block.
    /// </summary>
    /// <param name="opcode">Which operation.</param>
    /// <param name="node">On what.</param>
    /// <param name="stuck">How many calls are in that state now.</param>
    public virtual void CallOverdue(FuseOpcode opcode, NodeId node, int stuck)
    {
    }

    /// <summary>
    /// Asked before an error is answered. May replace it, or have the operation done again by returning true; blocks as long as it likes.
    /// </summary>
    /// <param name="context">Who asks.</param>
    /// <param name="opcode">What failed.</param>
    /// <param name="attempt">How often it has been done again so far.</param>
    /// <param name="error">What it failed with.</param>
    public virtual bool Reconsider(in RequestContext context, FuseOpcode opcode, int attempt, ref Errno error) => false;

    /// <summary>LOOKUP: finds a name; success adds one to the node's lookup count. NodeId 0 with a TTL is a negative entry.</summary>
    public virtual Errno Lookup(in RequestContext context, NodeId parent, ReadOnlySpan<byte> name, out EntryOut entry)
    {
        entry = default;
        return Errno.ENOSYS;
    }

    /// <summary>FORGET and BATCH_FORGET: takes <paramref name="lookupCount"/> off the node's count. Must not block; never answered.</summary>
    public virtual void Forget(NodeId node, ulong lookupCount)
    {
    }

    /// <summary>GETATTR, by node or, with <see cref="GetAttrFlags"/>, by an open handle.</summary>
    public virtual Errno GetAttr(in RequestContext context, NodeId node, in GetAttrIn args, out AttrOut attr)
    {
        attr = default;
        return Errno.ENOSYS;
    }

    /// <summary>STATX (7.39): like GETATTR, with the birth time.</summary>
    public virtual Errno Statx(in RequestContext context, NodeId node, in StatxIn args, out StatxOut stat)
    {
        stat = default;
        return Errno.ENOSYS;
    }

    /// <summary>READLINK: the target's bytes, not terminated, into <paramref name="target"/>.</summary>
    public virtual Errno ReadLink(in RequestContext context, NodeId node, Span<byte> target, out int length)
    {
        length = 0;
        return Errno.ENOSYS;
    }

    /// <summary>ACCESS: only sent without default_permissions.</summary>
    public virtual Errno Access(in RequestContext context, NodeId node, in AccessIn args) => Errno.ENOSYS;

    /// <summary>STATFS.</summary>
    public virtual Errno StatFs(in RequestContext context, NodeId node, out StatFsOut stat)
    {
        stat = default;
        return Errno.ENOSYS;
    }

    /// <summary>OPENDIR.</summary>
    public virtual Errno OpenDir(in RequestContext context, NodeId node, in OpenIn args, out OpenOut open)
    {
        open = default;
        return Errno.ENOSYS;
    }

    /// <summary>READDIR from <c>args.Offset</c>, which is 0 or an offset this file system gave out. Nothing written means the end.</summary>
    public virtual Errno ReadDir(in RequestContext context, NodeId node, in ReadIn args, ref DirectoryWriter entries) => Errno.ENOSYS;

    /// <summary>READDIRPLUS: every entry written with a NodeId other than 0 counts as one lookup.</summary>
    public virtual Errno ReadDirPlus(in RequestContext context, NodeId node, in ReadIn args, ref DirectoryWriter entries) => Errno.ENOSYS;

    /// <summary>RELEASEDIR. Must not block; has been answered already.</summary>
    public virtual void ReleaseDir(NodeId node, FileHandleId fh)
    {
    }

    /// <summary>OPEN.</summary>
    public virtual Errno Open(in RequestContext context, NodeId node, in OpenIn args, out OpenOut open)
    {
        open = default;
        return Errno.ENOSYS;
    }

    /// <summary>READ into <paramref name="reply"/>. Fewer bytes than it has room for mean the end of the file.</summary>
    public virtual Errno Read(in RequestContext context, NodeId node, in ReadIn args, ReadReply reply) => Errno.ENOSYS;

    /// <summary>LSEEK: SEEK_DATA and SEEK_HOLE.</summary>
    public virtual Errno Lseek(in RequestContext context, NodeId node, in LseekIn args, out LseekOut position)
    {
        position = default;
        return Errno.ENOSYS;
    }

    /// <summary>FLUSH: sent at every close(2) of a descriptor.</summary>
    public virtual Errno Flush(in RequestContext context, NodeId node, in FlushIn args) => Errno.ENOSYS;

    /// <summary>RELEASE: the last descriptor is closed. Must not block; has been answered already.</summary>
    public virtual void Release(NodeId node, in ReleaseIn args)
    {
    }

    /// <summary>GETXATTR: the value into <paramref name="value"/>; when that is empty only the length is asked for. ERANGE when too small.</summary>
    public virtual Errno GetXattr(in RequestContext context, NodeId node, ReadOnlySpan<byte> name, Span<byte> value, out int length)
    {
        length = 0;
        return Errno.ENOSYS;
    }

    /// <summary>LISTXATTR: NUL-terminated names, under the rules of <see cref="GetXattr"/>.</summary>
    public virtual Errno ListXattr(in RequestContext context, NodeId node, Span<byte> list, out int length)
    {
        length = 0;
        return Errno.ENOSYS;
    }

    /// <summary>INTERRUPT: the caller of <paramref name="request"/> got a signal. Must not block; never answered.</summary>
    public virtual void Interrupt(RequestId request)
    {
    }

    /// <summary>DESTROY: the session ends (sent for fuseblk only; an ordinary unmount just ends the channel).</summary>
    public virtual void Destroy()
    {
    }
}
