using System.Globalization;

namespace NlinkFs.Check.Items;

/// <summary>A statfs(2) of zeros.</summary>
internal sealed class FileSystemSize() : Check<Evidence>("statfs", "size and free space (statfs)")
{
    internal override Finding Judge(Evidence evidence) => evidence.StatFs switch
    {
        null => Unseen("could not be asked"),
        { Blocks: 0 } => Curable(
            Severity.Warning, "all zeros", "\"0 bytes free\" in Windows, Radarr and Sonarr, which then refuse to work", "--statfs=zero (the default)"),
        { } size => Ok(string.Create(
            CultureInfo.InvariantCulture, $"{Gigabytes(size.Blocks, size.BlockSize)} GB, {Gigabytes(size.BlocksAvailable, size.BlockSize)} GB free")),
    };

    private static string Gigabytes(ulong blocks, long blockSize) => (blocks * (double)blockSize / 1e9).ToString("0.#", CultureInfo.InvariantCulture);
}
