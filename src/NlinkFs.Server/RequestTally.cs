using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>
/// What one worker has served so far. Only that worker writes, so counting takes no lock and no atomic instruction; who reads meanwhile
/// may miss the request that is being counted.
/// </summary>
internal sealed class RequestTally
{
    /// <summary>Behind the last opcode; those that nobody knows are counted as 0.</summary>
    private const int Opcodes = (int)FuseOpcode.CopyFileRange64 + 1;

    private readonly Latencies?[] _ofOpcode = new Latencies?[Opcodes];
    private long _bytesRead;

    /// <summary>Counts a request that is over.</summary>
    /// <param name="opcode">What it was.</param>
    /// <param name="ticks">How long it took, in ticks of <see cref="TimeSpan"/>.</param>
    /// <param name="bytes">Bytes of its answer.</param>
    internal void Count(FuseOpcode opcode, long ticks, int bytes)
    {
        uint index = (uint)opcode < Opcodes ? (uint)opcode : 0;
        Latencies latencies = _ofOpcode[index] ??= new Latencies();
        latencies.Counts[LatencyBuckets.IndexOf(ticks)]++;
        latencies.Ticks += ticks;
        if (opcode == FuseOpcode.Read)
        {
            _bytesRead += bytes;
        }
    }

    /// <summary>Adds all of it to what others have served.</summary>
    internal void AddTo(SortedDictionary<FuseOpcode, Latencies> sums, ref long bytesRead)
    {
        bytesRead += _bytesRead;
        for (int opcode = 0; opcode < Opcodes; opcode++)
        {
            if (_ofOpcode[opcode] is { } latencies)
            {
                if (!sums.TryGetValue((FuseOpcode)opcode, out Latencies? sum))
                {
                    sums[(FuseOpcode)opcode] = sum = new Latencies();
                }

                sum.Add(latencies);
            }
        }
    }

    /// <summary>Of one operation; made when it is first served.</summary>
    internal sealed class Latencies
    {
        internal readonly long[] Counts = new long[LatencyBuckets.Count];
        internal long Ticks;

        internal void Add(Latencies other)
        {
            Ticks += other.Ticks;
            for (int bucket = 0; bucket < Counts.Length; bucket++)
            {
                Counts[bucket] += other.Counts[bucket];
            }
        }
    }
}
