using System.Security.Cryptography;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.CifsTests;

/// <summary>What kernel clients find in a share of the mirror: what is in the source, with true link counts and identities that stay.</summary>
public sealed class WalkTests(Guests guests) : IDisposable
{
    /// <summary>What the guests' agent hashes of a file at most.</summary>
    private const int Most = 16 << 20;

    private static readonly Dictionary<string, long> s_files = new()
    {
        ["Movies/Sintel (2010)/Sintel (2010).mkv"] = 3145731,
        ["Movies/Sintel (2010)/Sintel (2010).en.srt"] = 4099,
        ["Music/Caf\u00e9/\u00e9tude.flac"] = 65536,
        ["Shows/Pioneer One/Pioneer One - S01E02.mkv"] = 5368709243,
        ["readme.txt"] = 37,
        ["empty.txt"] = 0,
    };

    private readonly TempTree _tree = new();
    private readonly List<Client> _clients = [.. guests.All.Select(guest => new Client(guest, "soft"))];
    private FragileSource? _source;
    private Share? _share;

    [Fact]
    public void TheyFindWhatIsInTheSourceAndItStaysTheSame()
    {
        FragileSource source = _source = new FragileSource(SourceKind.CSharp, _tree.At("source"), [.. s_files.SelectMany(file => (string[])["--file", $"{file.Key}={file.Value}"])]).Start();
        Share share = _share = new Share(source.Path);
        Dictionary<string, Entry>[] first = [.. _clients.Select(client => MountAndWalk(client, share))];
        Assert.All(first, CheckAgainstTheSource);

        source.CrashAndClear();
        _ = source.Start();
        for (int i = 0; i < first.Length; i++)
        {
            Assert.Equal(first[i].Values.OrderBy(entry => entry.Path), _clients[i].Walk().Values.OrderBy(entry => entry.Path));
        }
    }

    [Fact]
    public void NothingCanBeChangedAlsoByWhoMountsToWrite()
    {
        const string File = "Movies/Sintel (2010)/Sintel (2010).mkv";
        string journal = _tree.At("journal");
        FragileSource source = _source = new FragileSource(SourceKind.CSharp, _tree.At("source"), "--file", $"{File}=1000", "--journal", journal).Start();
        Share share = _share = new Share(source.Path);
        foreach (Client client in _clients)
        {
            client.Mount(share.Port, "rw");
            Dictionary<string, string> errors = client.TryToChange(File);
            Assert.Equal(9, errors.Count);
            Assert.All(errors, error => Assert.True(error.Value is "EACCES" or "EROFS" or "EPERM" or "EOPNOTSUPP", $"{client}: {error.Key}: {error.Value}"));
            Assert.Equal(["Movies", "Movies/Sintel (2010)", File], client.Walk().Keys.Where(path => path != ".").Order(StringComparer.Ordinal));
        }

        Assert.True(!System.IO.File.Exists(journal) || System.IO.File.ReadAllText(journal) == "", "the source was asked to change something");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clients.ForEach(client => client.Leave());
        _source?.Dispose();
        _share?.Dispose();
        _tree.Dispose();
    }

    private static Dictionary<string, Entry> MountAndWalk(Client client, Share share)
    {
        client.Mount(share.Port);
        return client.Walk();
    }

    private static void CheckAgainstTheSource(Dictionary<string, Entry> found)
    {
        Assert.Equal(s_files.Keys.Order(StringComparer.Ordinal), found.Values.Where(entry => entry.Kind == "f").Select(entry => entry.Path).Order(StringComparer.Ordinal));
        foreach ((string path, long size) in s_files)
        {
            byte[] content = new byte[Math.Min(size, Most)];
            Content.Fill(Content.KeyOf(path), 0, content);
            Assert.Equal((size, 1ul, Convert.ToHexStringLower(SHA256.HashData(content))), (found[path].Size, found[path].Links, found[path].Hash));
        }

        Assert.All(found.Values.Where(entry => entry.Kind == "d"), entry => Assert.Equal(2ul, entry.Links));
        Assert.Equal(found.Count, found.Values.Select(entry => entry.Ino).Distinct().Count());
    }
}
