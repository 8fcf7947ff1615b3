using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>Tells the kernel what it has not asked for. ENOENT from it means that it does not remember what it was to forget.</summary>
public sealed class Notifier
{
    /// <summary>The protocol's minor version from which on there is <see cref="IncreaseEpoch"/>: Linux 6.16.</summary>
    public const uint EpochMinor = 44;

    private readonly FuseChannel _channel;

    internal Notifier(FuseChannel channel) => _channel = channel;

    /// <summary>
    /// FUSE_NOTIFY_INC_EPOCH (7.44): every name the kernel remembers of this mount is looked up again before it is used. Takes no lock
    /// and does not block. EINVAL before Linux 6.16, where names last as long as their time to live.
    /// </summary>
    public Errno IncreaseEpoch() => _channel.Notify(NotifyCode.IncEpoch, default);

    /// <summary>FUSE_NOTIFY_INVAL_INODE of the attributes alone. Does not block; to drop pages would, behind each READ under way.</summary>
    public Errno InvalidateAttributes(NodeId node)
    {
        NotifyInvalInodeOut what = new() { NodeId = node, Offset = -1 };
        return _channel.Notify(NotifyCode.InvalInode, MemoryMarshal.AsBytes(new ReadOnlySpan<NotifyInvalInodeOut>(in what)));
    }

    /// <summary>
    /// FUSE_NOTIFY_INVAL_ENTRY: a name is looked up again, there or absent. Waits for the directory's lock, so behind each LOOKUP under way in it
    /// (fuse_reverse_inval_entry): never from a thread that serves requests.
    /// </summary>
    /// <param name="parent">The directory.</param>
    /// <param name="name">At most 1024 bytes.</param>
    /// <param name="expireOnly">Keep it as it is until then (FUSE_EXPIRE_ONLY); without, what is mounted below it is unmounted.</param>
    public Errno InvalidateEntry(NodeId parent, ReadOnlySpan<byte> name, bool expireOnly)
    {
        NotifyInvalEntryOut what = new() { Parent = parent, NameLength = (uint)name.Length, Flags = expireOnly ? InvalEntryFlags.ExpireOnly : 0 };
        int head = Unsafe.SizeOf<NotifyInvalEntryOut>();
        Span<byte> payload = stackalloc byte[head + name.Length + 1];
        MemoryMarshal.Write(payload, in what);
        name.CopyTo(payload[head..]);
        payload[^1] = 0;
        return _channel.Notify(NotifyCode.InvalEntry, payload);
    }
}
