using System.Globalization;
using NlinkFs.Testing;

namespace NlinkFs.Chaos;

/// <summary>What is in the files. The names are the same in both.</summary>
internal enum Edition
{
    /// <summary>What the library starts with.</summary>
    First = 1,

    /// <summary>Other bytes and times, and half of the files of another size.</summary>
    Second = 2,
}

/// <summary>A file of the library.</summary>
internal sealed record LibraryFile(string Path, long Size, bool Grows)
{
    internal long SizeIn(Edition edition) => Grows && edition == Edition.Second ? Size + 4321 : Size;

    internal ulong KeyIn(Edition edition) => Content.KeyOf(Path, (ulong)edition);
}

/// <summary>The tree that the source serves, and so what is known about it.</summary>
internal sealed class Library
{
    private const long Mega = 1 << 20;
    private const int WideFiles = 300;

    private readonly Dictionary<string, LibraryFile> _byPath;
    private readonly Dictionary<string, HashSet<string>> _names = new(StringComparer.Ordinal) { [""] = [] };

    internal Library()
    {
        // On both sides of the 32 MiB from which on the mirror keeps no pages.
        List<LibraryFile> files =
        [
            new("Shows/Long/Season 01/E01.mkv", 600 * Mega, Grows: false),
            new("Shows/Long/Season 01/E02.mkv", (48 * Mega) + 13, Grows: true),
            new("Movies/readme.txt", 37, Grows: true),
        ];
        for (int i = 0; i < 8; i++)
        {
            files.Add(new LibraryFile($"Movies/M{i} (200{i})/M{i}.mkv", (i + 1) * 3 * Mega + i, Grows: i % 2 == 0));
            files.Add(new LibraryFile($"Movies/M{i} (200{i})/M{i}.en.srt", 4099, Grows: i % 2 == 1));
        }

        Files = files;
        IEnumerable<LibraryFile> wide = Enumerable.Range(0, WideFiles)
            .Select(i => new LibraryFile(i.ToString("'Wide/f'000000'.bin'", CultureInfo.InvariantCulture), (long)i * 37 % 5000, Grows: false));
        _byPath = files.Concat(wide).ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (string path in _byPath.Keys)
        {
            AddNames(path);
        }
    }

    /// <summary>The files worth reading.</summary>
    internal IReadOnlyList<LibraryFile> Files { get; }

    /// <summary>All directories, the root as "".</summary>
    internal IReadOnlyCollection<string> Directories => _names.Keys;

    /// <summary>The names in a directory.</summary>
    internal IReadOnlySet<string> NamesIn(string directory) => _names[directory];

    /// <summary>The file of a path; null where a directory is.</summary>
    internal LibraryFile? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>How a test source is told to serve it: with times that can be trusted, since an equal size and time means the same file.</summary>
    internal IEnumerable<string> SourceOptions(Edition edition) =>
    [
        "--times", "stable",
        "--seed", ((int)edition).ToString(CultureInfo.InvariantCulture),
        "--wide", string.Create(CultureInfo.InvariantCulture, $"Wide={WideFiles}"),
        .. Files.SelectMany(file => new[] { "--file", string.Create(CultureInfo.InvariantCulture, $"{file.Path}={file.SizeIn(edition)}") }),
    ];

    private void AddNames(string path)
    {
        for (int slash; path.Length > 0; path = slash < 0 ? "" : path[..slash])
        {
            slash = path.LastIndexOf('/');
            string directory = slash < 0 ? "" : path[..slash];
            _ = _names.TryAdd(directory, []);
            _ = _names[directory].Add(path[(slash + 1)..]);
        }
    }
}
