using NlinkFs.CifsTests;
using Xunit;

[assembly: AssemblyFixture(typeof(Guests))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace NlinkFs.CifsTests;

/// <summary>One guest a kernel, for all tests: booting takes longer than most of them.</summary>
public sealed class Guests : IDisposable
{
    private readonly List<Guest> _all = [];

    /// <summary>Boots them, at the same time.</summary>
    public Guests()
    {
        Notes.Begin();
        try
        {
            // 6.1 and 6.12 behave differently when they lose their server.
            _all.AddRange(((string[])["6.1", "6.12"]).Select(kernel => new Guest(kernel)));
            _all.ForEach(guest => guest.WaitUntilItIsUp());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal IReadOnlyList<Guest> All => _all;

    /// <inheritdoc/>
    public void Dispose() => _all.ForEach(guest => guest.Dispose());
}
