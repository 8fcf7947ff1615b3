using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>
/// The one place where the source's attributes become the mirror's. Every reply that carries attributes passes through here, so
/// LOOKUP, READDIRPLUS, GETATTR and STATX cannot disagree.
/// </summary>
internal sealed class AttributePolicy(MirrorOptions options)
{
    private const int BlockBytes = 512;
    private const int UsualBlockSize = 4096;

    /// <summary>A whole-second time this young may still be a clock read out, seconds.</summary>
    private const long YoungSeconds = 2;

    /// <summary>A made-up size for sources that report none: 1 PiB in blocks of 4 KiB, all free, since "0 bytes free" stops users.</summary>
    private const ulong UnknownBlocks = 1ul << 38;

    /// <summary>How often what was corrected.</summary>
    internal CorrectionCounts Corrections { get; } = new();

    /// <summary>
    /// Whether it takes a second look, past the kernel's cache, to know if the file changed or only its times move: they differ
    /// from those shown while the size does not.
    /// </summary>
    internal bool NeedsSecondLook(in NodeMemory memory, in StatxBuffer stat) =>
        options.Times == TimesMode.Stable && memory.Known && !memory.TimesDrift && memory.Size == stat.Size
        && !SameTimes(in memory, in stat);

    /// <summary>
    /// Decides after the second look. A time that differs again is a clock and stays frozen for as long as the size does. One that
    /// stands still is a change, unless it is in whole seconds and so young that a clock may be behind it; then a later look tells.
    /// </summary>
    internal static void Judge(ref NodeMemory memory, in StatxBuffer first, in StatxBuffer second, long nowSeconds)
    {
        bool moves = !Same(in first.Mtime, in second.Mtime) || !Same(in first.Ctime, in second.Ctime);
        bool maybeClock = IsYoungSecond(in second.Mtime, nowSeconds) || IsYoungSecond(in second.Ctime, nowSeconds);
        memory.TimesDrift = moves && first.Size == second.Size;
        if (!moves && !maybeClock)
        {
            memory.Known = false;
        }
    }

    /// <summary>Whether these attributes, after the second look, are of the same content as those remembered.</summary>
    internal bool IsUnchanged(in NodeMemory memory, in StatxBuffer stat) =>
        memory.Known && memory.Size == stat.Size && (options.Times == TimesMode.Stable || SameTimes(in memory, in stat));

    /// <summary>Turns what the source said into what the mirror says, and remembers what the next answer has to agree with.</summary>
    /// <param name="memory">What is remembered of the node; updated.</param>
    /// <param name="stat">The source's attributes; rewritten.</param>
    /// <param name="ino">The mirror's inode number.</param>
    /// <param name="deleted">The file is known to have lost its name while open.</param>
    internal void Apply(ref NodeMemory memory, ref StatxBuffer stat, ulong ino, bool deleted = false)
    {
        memory.Type = stat.Type;
        if (options.Inodes == InodeMode.Path && stat.Ino != ino)
        {
            Corrections.Count(Correction.Inode);
            stat.Ino = ino;
        }

        ApplyNlink(ref memory, ref stat, deleted);
        ApplyTimes(ref memory, ref stat);
        ApplyBlocks(ref stat);
        stat.Uid = options.ForceUser ?? stat.Uid;
        stat.Gid = options.ForceGroup ?? stat.Gid;
        if (options.Permissions is { } permissions && stat.Type != FileType.Symlink)
        {
            stat.Mode = permissions.Apply(stat.Mode, stat.Type == FileType.Directory);
        }
    }

    /// <summary>Gives zeros in statfs a sane value.</summary>
    internal void Apply(ref StatFsBuffer stat)
    {
        if (!options.FixStatFs)
        {
            return;
        }

        if (stat.BlockSize == 0 || stat.FragmentSize == 0 || stat.NameLength == 0 || stat.Blocks == 0)
        {
            Corrections.Count(Correction.StatFs);
        }

        stat.BlockSize = stat.BlockSize == 0 ? UsualBlockSize : stat.BlockSize;
        stat.FragmentSize = stat.FragmentSize == 0 ? stat.BlockSize : stat.FragmentSize;
        stat.NameLength = stat.NameLength == 0 ? 255 : stat.NameLength;
        if (stat.Blocks == 0)
        {
            ulong blocks = UnknownBlocks * UsualBlockSize / (ulong)stat.FragmentSize;
            (stat.Blocks, stat.BlocksFree, stat.BlocksAvailable) = (blocks, blocks, blocks);
        }
    }

    private static bool Same(in StatxTimestamp a, in StatxTimestamp b) => a.Seconds == b.Seconds && a.Nanoseconds == b.Nanoseconds;

    private static bool IsYoungSecond(in StatxTimestamp time, long nowSeconds) =>
        time.Nanoseconds == 0 && Math.Abs(nowSeconds - time.Seconds) < YoungSeconds;

    private static bool SameTimes(in NodeMemory memory, in StatxBuffer stat) =>
        memory.MtimeSeconds == stat.Mtime.Seconds && memory.MtimeNanoseconds == stat.Mtime.Nanoseconds
        && memory.CtimeSeconds == stat.Ctime.Seconds && memory.CtimeNanoseconds == stat.Ctime.Nanoseconds;

    private void ApplyNlink(ref NodeMemory memory, ref StatxBuffer stat, bool deleted)
    {
        bool trueZero = deleted && memory.CountsLinks;
        memory.CountsLinks |= stat.Nlink != 0;
        bool rewrite = options.Nlink switch
        {
            NlinkMode.Off => false,
            NlinkMode.Always => !trueZero,
            _ => stat.Nlink == 0 && !trueZero,
        };
        uint nlink = stat.Type == FileType.Directory ? options.DirectoryNlink : 1;
        if (rewrite && stat.Nlink != nlink)
        {
            Corrections.Count(Correction.LinkCount);
            stat.Nlink = nlink;
        }
    }

    private void ApplyTimes(ref NodeMemory memory, ref StatxBuffer stat)
    {
        if (!IsUnchanged(in memory, in stat))
        {
            memory.OpenedSinceChange = false;
            memory.TimesDrift &= memory.Known && memory.Size == stat.Size;
            memory.Known = true;
            memory.Size = stat.Size;
            memory.MtimeSeconds = stat.Mtime.Seconds;
            memory.MtimeNanoseconds = stat.Mtime.Nanoseconds;
            memory.CtimeSeconds = stat.Ctime.Seconds;
            memory.CtimeNanoseconds = stat.Ctime.Nanoseconds;
        }

        if (options.Times == TimesMode.Stable)
        {
            if (!SameTimes(in memory, in stat))
            {
                Corrections.Count(Correction.Time);
            }

            stat.Mtime = new StatxTimestamp { Seconds = memory.MtimeSeconds, Nanoseconds = memory.MtimeNanoseconds };
            stat.Ctime = new StatxTimestamp { Seconds = memory.CtimeSeconds, Nanoseconds = memory.CtimeNanoseconds };
            stat.Atime = stat.Mtime;
        }
    }

    private void ApplyBlocks(ref StatxBuffer stat)
    {
        bool needsBlocks = options.ComputeBlocks && stat.Blocks == 0 && stat.Size > 0 && stat.Type == FileType.Regular;
        bool needsBlockSize = stat.BlockSize == 0 || !uint.IsPow2(stat.BlockSize);
        if (needsBlocks || needsBlockSize)
        {
            Corrections.Count(Correction.Blocks);
        }

        stat.Blocks = needsBlocks ? (stat.Size + BlockBytes - 1) / BlockBytes : stat.Blocks;
        stat.BlockSize = needsBlockSize ? UsualBlockSize : stat.BlockSize;
    }
}
