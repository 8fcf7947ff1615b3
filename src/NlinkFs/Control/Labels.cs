using NlinkFs.Linux;
using NlinkFs.Mirror;
using NlinkFs.Protocol;

namespace NlinkFs.Control;

/// <summary>What things are called in answers for programs, a public interface.</summary>
internal static class Labels
{
    /// <summary>"readdirplus"; "unknown" for an opcode that nobody knows.</summary>
    internal static string Of(FuseOpcode operation) => operation == 0 ? "unknown" : operation.ToString().ToLowerInvariant();

    /// <summary>"EIO".</summary>
    internal static string Of(Errno error) => error.Symbol;

    internal static string Of(Correction kind) => kind switch
    {
        Correction.LinkCount => "link_count",
        Correction.Inode => "inode",
        Correction.Time => "time",
        Correction.Blocks => "blocks",
        _ => "statfs",
    };

    internal static string Of(SourceState state) => state switch
    {
        SourceState.Present => SourceReport.Present,
        SourceState.Lost => "lost",
        _ => "stalled",
    };
}
