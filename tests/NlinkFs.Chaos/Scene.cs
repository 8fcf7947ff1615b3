using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Chaos;

/// <summary>What all clients share.</summary>
internal sealed record Scene(string Mirror, Library Library, Timeline Timeline, Tally Tally, ChaosOptions Options)
{
    /// <summary>A path in the mirror, as the kernel takes it.</summary>
    internal byte[] PathOf(string path) => Encoding.UTF8.GetBytes($"{Mirror}/{path}".TrimEnd('/'));

    /// <summary>Judges an error of a listing or a stat: there is none that is right.</summary>
    internal void Blame(Errno error, string call) =>
        Tally.Add(error == Errno.ENOENT || error == Errno.ENOTDIR ? Finding.WrongListing : Finding.OtherError, $"{call}: {error.Symbol}");
}
