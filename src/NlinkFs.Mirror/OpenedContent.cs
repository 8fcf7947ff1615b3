using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>What was opened: a file that is opened again has to be the same, or its reader would get other bytes.</summary>
/// <param name="Identity">The source's own idea of which file it is; means nothing after a restart.</param>
/// <param name="Size">Bytes.</param>
/// <param name="MtimeSeconds">The modification time shown.</param>
/// <param name="MtimeNanoseconds">And nanoseconds.</param>
/// <param name="TimesDrift">The source's times move by themselves.</param>
/// <param name="IsGone">Another file took its place, or none.</param>
internal readonly record struct OpenedContent(
    FileIdentity Identity, ulong Size, long MtimeSeconds, uint MtimeNanoseconds, bool TimesDrift, bool IsGone = false)
{
    internal static OpenedContent Of(FileIdentity identity, in NodeMemory memory) =>
        new(identity, memory.Size, memory.MtimeSeconds, memory.MtimeNanoseconds, memory.TimesDrift);

    /// <summary>Whether a file has this size, and this time as far as the source's times mean anything.</summary>
    internal bool IsThatOf(in StatxBuffer stat, bool timesDrift = false) =>
        stat.Type == FileType.Regular && stat.Size == Size
        && (timesDrift || TimesDrift || (stat.Mtime.Seconds == MtimeSeconds && stat.Mtime.Nanoseconds == MtimeNanoseconds));
}

/// <summary>The source's own idea of which file this is. Where inode numbers are made up at every look it means nothing.</summary>
/// <param name="Ino">The source's inode number.</param>
/// <param name="BirthSeconds">When the file was made, or 0: numbers of deleted files are used again at once.</param>
/// <param name="BirthNanoseconds">And nanoseconds.</param>
internal readonly record struct FileIdentity(ulong Ino, long BirthSeconds, uint BirthNanoseconds)
{
    internal static FileIdentity Of(in StatxBuffer stat) => stat.Mask.HasFlag(StatxMask.Btime)
        ? new(stat.Ino, stat.Btime.Seconds, stat.Btime.Nanoseconds)
        : new(stat.Ino, 0, 0);

    /// <summary>Births count when both are known.</summary>
    internal bool IsSameFile(in FileIdentity other) =>
        this == other || (Ino == other.Ino && (BirthSeconds == 0 || other.BirthSeconds == 0));
}
