using NlinkFs.Linux;

namespace NlinkFs.Check;

/// <summary>A name and what the file system said of it: when it was found, and again when the kernel no longer remembered.</summary>
/// <param name="path">Below the examined root; empty for the root itself.</param>
internal sealed class SampledEntry(byte[] path)
{
    internal byte[] Path => path;

    internal bool IsRoot => path.Length == 0;

    internal ReadOnlySpan<byte> Name => path.AsSpan(path.AsSpan().LastIndexOf((byte)'/') + 1);

    /// <summary>d_ino of its directory's listing; null for the root.</summary>
    internal ulong? ListedIno { get; init; }

    /// <summary>d_type likewise.</summary>
    internal FileType ListedType { get; init; }

    /// <summary>When it was found; null while it has not been looked at.</summary>
    internal Look? First { get; set; }

    /// <summary>Later; null while that has not come.</summary>
    internal Look? Second { get; set; }

    /// <summary>Its type; unknown when it could not be looked at.</summary>
    internal FileType Type => First is { Error.IsError: false } look ? look.Attributes.Type : FileType.Unknown;
}

/// <summary>The attributes of one name at one time, as the kernel was told them by two operations.</summary>
/// <param name="Error">What looking failed with; then the rest means nothing.</param>
/// <param name="Lookup">From LOOKUP or a listing (READDIRPLUS): what statx(2) shows without asking, right after a path walk.</param>
/// <param name="Attributes">From GETATTR: what statx(2) shows when it has to ask.</param>
internal sealed record Look(Errno Error, StatxBuffer Lookup, StatxBuffer Attributes)
{
    internal static bool SameTimes(in StatxBuffer a, in StatxBuffer b) => Same(a.Mtime, b.Mtime) && Same(a.Ctime, b.Ctime);

    private static bool Same(StatxTimestamp a, StatxTimestamp b) => a.Seconds == b.Seconds && a.Nanoseconds == b.Nanoseconds;
}
