using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.CifsTests;

/// <summary>A source, and in each guest two clients, soft and hard, that look at what is exported of it while something happens.</summary>
internal sealed class Scene : IDisposable
{
    private const long FileSize = 3L << 30;

    /// <summary>How often each client has to be right, without a break, to count as content.</summary>
    private const int Content = 8;

    private static readonly double s_patience = TimeSpan.FromMinutes(2).TotalSeconds;

    private readonly Client[] _clients;
    private readonly TempTree _tree = new();
    private readonly List<Share> _shares = [];

    internal Scene(Guests guests)
    {
        _clients = [.. guests.All.SelectMany(guest => (Client[])[new(guest, "soft"), new(guest, "hard")])];
        Source = new FragileSource(SourceKind.CSharp, _tree.At("source"), [.. _clients.SelectMany(client => (string[])["--file", $"{client.File}={FileSize}"])]).Start();
    }

    /// <summary>What is mirrored.</summary>
    internal FragileSource Source { get; }

    /// <summary>A mirror of the source, with options, exported.</summary>
    internal Share Export(params string[] options)
    {
        Share share = new(Source.Path, options);
        _shares.Add(share);
        return share;
    }

    /// <summary>Mounts the share everywhere, and waits until all that the clients look at is right.</summary>
    internal void Mount(int port)
    {
        try
        {
            foreach (Client client in _clients)
            {
                client.Mount(port);
                client.Watch(FileSize, _clients.Select(each => Path.GetFileName(each.File)));
            }
        }
        catch (IOException e)
        {
            throw new InvalidOperationException($"{e.Message}{Logs}", e);
        }

        bool content = Commands.Eventually(() => Look().Values.SelectMany(ways => ways.Values).All(seen => seen.Since >= Content), s_patience);
        Assert.True(content, $"before anything happened: {Report()}");
    }

    /// <summary>
    /// Has something happen, waits until all clients are content again, notes what they saw, and holds it against what they may see:
    /// nothing wrong, and no other errors than these.
    /// </summary>
    /// <param name="fault">Its name, for the notes.</param>
    /// <param name="happens">Makes it happen, up to its end.</param>
    /// <param name="mayFail">The errors that may come of a way of looking, by their symbols.</param>
    /// <returns>What they saw.</returns>
    internal Dictionary<Client, Dictionary<string, Seen>> Watch(string fault, Action happens, Func<string, string[]> mayFail)
    {
        happens();
        Dictionary<Client, Dictionary<string, Seen>> then = Look();
        bool content = Commands.Eventually(
            () => Look().All(client => client.Value.All(look => look.Value.Since >= Content && look.Value.Right >= then[client.Key][look.Key].Right + Content)),
            s_patience);
        Notes.Add(fault, Look());
        Assert.True(content, $"{fault}: somebody is not served again: {Report()}");
        bool wrong = Look().Any(client => client.Value.Any(look => look.Value.Wrong > 0 || look.Value.Symbols.Except(mayFail(look.Key)).Any()));
        Assert.False(wrong, $"{fault}: {Report()}");
        return Look();
    }

    /// <summary>
    /// What may come of connecting anew: kernels pass on that a call was cut, also with a hard mount; and whatever cuts a listing after its
    /// first piece is ENOENT to them (find_cifs_entry).
    /// </summary>
    internal static string[] AtReconnecting(string look) => look == "list" ? ["EHOSTDOWN", "EAGAIN", "ENOENT"] : ["EHOSTDOWN", "EAGAIN"];

    /// <inheritdoc/>
    public void Dispose()
    {
        // While they are served: a kernel that unmounts waits for its server, and that one for the source.
        foreach (Client client in _clients)
        {
            client.Leave();
        }

        // What still waits for a source that hangs cannot end.
        Source.Dispose();
        _shares.ForEach(share => share.Dispose());
        _tree.Dispose();
    }

    /// <summary>What everybody has seen, for whoever has to find out why a test failed.</summary>
    private string Report() => string.Join(
        '\n',
        (string[])["", .. Look().SelectMany(client => client.Value.Select(look => $"{client.Key}, {look.Key}: {look.Value}, {look.Value.Failures}")), Logs]);

    private string Logs => string.Join(
        '\n', (string[])["", .. _shares.Select(share => share.Run.Log), .. _clients.Select(client => client.Guest).Distinct().Select(guest => guest.Console)]);

    private Dictionary<Client, Dictionary<string, Seen>> Look() => _clients.ToDictionary(client => client, client => client.Seen());
}
