using System.Globalization;
using NlinkFs.Testing;

namespace NlinkFs.TestSource;

/// <summary>One thing in the tree. Files have no bytes: those are computed.</summary>
internal sealed class Item(Item? parent, string name, ItemKind kind)
{
    private const long FirstTime = 1_700_000_000;

    internal Item? Parent => parent;

    internal string Name => name;

    internal ItemKind Kind => kind;

    /// <summary>Path below the root, without a leading slash.</summary>
    internal string Path { get; } = parent is null or { Path: "" } ? name : $"{parent.Path}/{name}";

    internal long Size { get; init; }

    internal string Target { get; init; } = "";

    /// <summary>Is listed, but looking it up fails with EIO.</summary>
    internal bool Broken { get; init; }

    /// <summary>A read that reaches this offset, bytes, fails with EIO.</summary>
    internal long FailAt { get; set; } = long.MaxValue;

    /// <summary>Listing it fails with EIO after so many entries.</summary>
    internal int FailListingAt { get; set; } = int.MaxValue;

    /// <summary>How many files f000000.bin, f000001.bin ... a directory has besides its children; they are not stored.</summary>
    internal int Wide { get; set; }

    internal Dictionary<string, Item> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>The true modification time, seconds: content made from another seed was written at another time.</summary>
    internal long TimeFor(ulong seed) => FirstTime + (long)(Content.KeyOf(Path, seed) % 10_000_000);

    /// <summary>When it was made, seconds: a day before the first content was written.</summary>
    internal long BirthTime => TimeFor(0) - 86400;

    internal bool IsDirectory => Kind == ItemKind.Directory;

    internal Item? Find(string child) =>
        Children.TryGetValue(child, out Item? found) ? found
        : child.Length > 5 && child[0] == 'f' && child.EndsWith(".bin", StringComparison.Ordinal)
            && int.TryParse(child.AsSpan(1, child.Length - 5), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && index < Wide && child == WideName(index) ? WideChild(index)
        : null;

    internal Item At(int index) => index < Children.Count ? Children.ElementAt(index).Value : WideChild(index - Children.Count);

    internal int Count => Children.Count + Wide;

    private Item WideChild(int index) => new(this, WideName(index), ItemKind.File) { Size = (long)index * 37 % 5000 };

    private static string WideName(int index) => index.ToString("'f'000000'.bin'", CultureInfo.InvariantCulture);
}

internal enum ItemKind
{
    File,
    Directory,
    Symlink,
}

/// <summary>Builds the tree that the command line describes.</summary>
internal sealed class Tree
{
    internal Item Root { get; } = new(null, "", ItemKind.Directory);

    internal void AddFile(string path, long size) =>
        Place(path, (parent, name) => new Item(parent, name, ItemKind.File) { Size = size });

    internal void AddSymlink(string path, string target) =>
        Place(path, (parent, name) => new Item(parent, name, ItemKind.Symlink) { Target = target, Size = System.Text.Encoding.UTF8.GetByteCount(target) });

    internal void AddBroken(string path) => Place(path, (parent, name) => new Item(parent, name, ItemKind.File) { Broken = true });

    internal void FailAt(string path, long offset)
    {
        int slash = path.LastIndexOf('/');
        Directory(path[..Math.Max(slash, 0)]).Children[path[(slash + 1)..]].FailAt = offset;
    }

    internal void FailListing(string path, int count) => Directory(path).FailListingAt = count;

    internal void AddWide(string path, int count) => Directory(path).Wide = count;

    internal void AddDeep(string path, int depth)
    {
        Item at = Directory(path);
        for (int i = 0; i < depth; i++)
        {
            at = Child(at, "d");
            at.Children["leaf.bin"] = new Item(at, "leaf.bin", ItemKind.File) { Size = 100 };
        }
    }

    /// <summary>A small media library, with one file over 4 GiB.</summary>
    internal void AddSample()
    {
        AddFile("Movies/Big Buck Bunny (2008)/Big Buck Bunny (2008).mkv", 6291456);
        AddFile("Movies/Sintel (2010)/Sintel (2010).mkv", 3145731);
        AddFile("Movies/Sintel (2010)/Sintel (2010).en.srt", 4099);
        AddFile("Shows/Pioneer One/Season 01/Pioneer One - S01E01.mkv", 1048576);
        AddFile("Shows/Pioneer One/Season 01/Pioneer One - S01E02.mkv", 5368709243);
        AddFile("Music/Caf\u00e9/\u00e9tude.flac", 65536);
        AddFile("readme.txt", 37);
        AddFile("empty.txt", 0);
        AddSymlink("latest", "Movies/Sintel (2010)");
    }

    private void Place(string path, Func<Item, string, Item> make)
    {
        int slash = path.LastIndexOf('/');
        Item parent = slash < 0 ? Root : Directory(path[..slash]);
        string name = path[(slash + 1)..];
        parent.Children[name] = make(parent, name);
    }

    private Item Directory(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(Root, Child);

    private static Item Child(Item parent, string name)
    {
        if (!parent.Children.TryGetValue(name, out Item? child))
        {
            child = new Item(parent, name, ItemKind.Directory);
            parent.Children.Add(name, child);
        }

        return child;
    }
}
