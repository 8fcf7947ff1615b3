namespace NlinkFs.Check.Items;

/// <summary>Whether files can be opened with O_DIRECT.</summary>
internal sealed class DirectReads() : Check<Evidence>("o-direct", "reading past the cache (O_DIRECT)")
{
    internal override Finding Judge(Evidence evidence) => evidence.DirectRead switch
    {
        null => Unseen("no file to try it with"),
        { } tried when evidence.Reads.Exists(read => read.Path == tried.Path && read.Error.IsError) => Unseen("the file cannot be read at all"),
        { Error.IsError: false } => Ok("works"),
        { } tried => Note($"refused: {tried.Error}", "Samba and players do not need it; databases and some benchmarks do"),
    };
}
