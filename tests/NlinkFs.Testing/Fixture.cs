namespace NlinkFs.Testing;

/// <summary>A test source and a mirror over it, for the length of a test.</summary>
public sealed class Fixture : IDisposable
{
    private readonly TempTree _tree = new();

    /// <summary>Mounts both. The source's options are those of the test sources, with two dashes.</summary>
    public Fixture(SourceKind kind, string[] sourceOptions, params string[] mirrorOptions)
    {
        try
        {
            Source = Mounted.Source(kind, _tree.At("source"), sourceOptions);
            Mirror = Mounted.Mirror(Source.Path, _tree.At("mirror"), mirrorOptions);
        }
        catch (InvalidOperationException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The source.</summary>
    public Mounted Source { get; } = null!;

    /// <summary>The mirror.</summary>
    public Mounted Mirror { get; } = null!;

    /// <summary>The directory both are in.</summary>
    public TempTree Tree => _tree;

    /// <summary>A path in the source.</summary>
    public string InSource(string path) => Path.Combine(Source.Path, path);

    /// <summary>A path in the mirror.</summary>
    public string InMirror(string path) => Path.Combine(Mirror.Path, path);

    /// <summary>How often an operation has reached the C# source.</summary>
    public long Count(string operation) => File.ReadLines(InSource(".stats"))
        .Select(line => line.Split(' '))
        .Where(words => words[0] == operation)
        .Select(words => long.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture))
        .SingleOrDefault();

    /// <inheritdoc/>
    public void Dispose()
    {
        Mirror?.Dispose();
        Source?.Dispose();
        _tree.Dispose();
    }
}
