namespace NlinkFs.Check;

/// <summary>A directory and its names in the order they were listed, each time it was.</summary>
/// <param name="path">Below the examined root.</param>
internal sealed class SampledDirectory(byte[] path)
{
    internal byte[] Path => path;

    /// <summary>It has more entries than were read, so that its listings cannot be compared.</summary>
    internal bool IsCut { get; set; }

    /// <summary>Its names, one list a listing. One character a byte.</summary>
    internal List<IReadOnlyList<string>> Listings { get; } = [];
}
