using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>What the source says, in the structures of the protocol.</summary>
public sealed partial class MirrorFileSystem
{
    private EntryOut ToEntry(NodeId node, in StatxBuffer stat, long age)
    {
        Ttl entryTtl = _entryTtl.After(age);
        Ttl attrTtl = _attrTtl.After(age);
        return new EntryOut
        {
            NodeId = node,
            EntryValid = entryTtl.Seconds,
            EntryValidNsec = entryTtl.Nanoseconds,
            AttrValid = attrTtl.Seconds,
            AttrValidNsec = attrTtl.Nanoseconds,
            Attr = ToAttr(in stat),
        };
    }

    private AttrOut ToAttrOut(in StatxBuffer stat) => new()
    {
        AttrValid = _attrTtl.Seconds,
        AttrValidNsec = _attrTtl.Nanoseconds,
        Attr = ToAttr(in stat),
    };

    private StatxOut ToStatxOut(in StatxBuffer from) => new()
    {
        AttrValid = _attrTtl.Seconds,
        AttrValidNsec = _attrTtl.Nanoseconds,
        Stat = new Statx
        {
            Mask = (uint)(from.Mask & (StatxMask.BasicStats | StatxMask.Btime)),
            BlockSize = from.BlockSize,
            Nlink = from.Nlink,
            Uid = from.Uid,
            Gid = from.Gid,
            Mode = from.Mode,
            Ino = from.Ino,
            Size = from.Size,
            Blocks = from.Blocks,
            Atime = ToTime(in from.Atime),
            Btime = ToTime(in from.Btime),
            Ctime = ToTime(in from.Ctime),
            Mtime = ToTime(in from.Mtime),
            RdevMajor = from.RdevMajor,
            RdevMinor = from.RdevMinor,
        },
    };

    private static Attr ToAttr(in StatxBuffer stat) => new()
    {
        Ino = stat.Ino,
        Size = stat.Size,
        Blocks = stat.Blocks,
        Atime = (ulong)stat.Atime.Seconds,
        Mtime = (ulong)stat.Mtime.Seconds,
        Ctime = (ulong)stat.Ctime.Seconds,
        AtimeNsec = stat.Atime.Nanoseconds,
        MtimeNsec = stat.Mtime.Nanoseconds,
        CtimeNsec = stat.Ctime.Nanoseconds,
        Mode = stat.Mode,
        Nlink = stat.Nlink,
        Uid = stat.Uid,
        Gid = stat.Gid,
        Rdev = EncodeDevice(stat.RdevMajor, stat.RdevMinor),
        BlockSize = stat.BlockSize,
    };

    private static StatxTime ToTime(in StatxTimestamp time) => new() { Seconds = time.Seconds, Nanoseconds = time.Nanoseconds };

    /// <summary>new_encode_dev in include/linux/kdev_t.h.</summary>
    private static uint EncodeDevice(uint major, uint minor) => (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);

    /// <summary>A time to live as the protocol has it.</summary>
    private readonly record struct Ttl(ulong Seconds, uint Nanoseconds)
    {
        internal Ttl(TimeSpan span)
            : this((ulong)span.TotalSeconds, (uint)(span.Ticks % TimeSpan.TicksPerSecond * 100))
        {
        }

        internal bool IsZero => Seconds == 0 && Nanoseconds == 0;

        /// <summary>What is left of it for an answer that was had some time ago.</summary>
        internal Ttl After(long milliseconds) => milliseconds == 0
            ? this
            : new Ttl(TimeSpan.FromMilliseconds(Math.Max(0, (Seconds * 1000) + (Nanoseconds / 1_000_000) - (ulong)milliseconds)));
    }
}
