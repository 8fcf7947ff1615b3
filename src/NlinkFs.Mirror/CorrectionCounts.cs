using System.Runtime.CompilerServices;

namespace NlinkFs.Mirror;

/// <summary>What was wrong with the source's attributes, and is told otherwise.</summary>
public enum Correction
{
    /// <summary>A link count, such as 0.</summary>
    LinkCount,

    /// <summary>An inode number.</summary>
    Inode,

    /// <summary>A time that moved while nothing changed.</summary>
    Time,

    /// <summary>A block count of 0, or a size of blocks that is none.</summary>
    Blocks,

    /// <summary>Zeros in statfs.</summary>
    StatFs,
}

/// <summary>
/// How often something was corrected. Each processor has a row of its own, a cache line, so that workers that list a directory at the same time do not
/// wait for each other's counts.
/// </summary>
internal sealed class CorrectionCounts
{
    private const int Rows = 16;
    private readonly Row[] _rows = new Row[Rows];

    internal void Count(Correction kind) =>
        _ = Interlocked.Increment(ref _rows[Thread.GetCurrentProcessorId() % Rows][(int)kind]);

    internal long Of(Correction kind)
    {
        long sum = 0;
        foreach (ref Row row in _rows.AsSpan())
        {
            sum += Volatile.Read(ref row[(int)kind]);
        }

        return sum;
    }

    [InlineArray(8)]
    private struct Row
    {
        private long _first;
    }
}
