using System.Globalization;
using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Mounting;

/// <summary>
/// Who keeps a mount busy, found in /proc by links and mount ids, without touching the mount. Processes of other users show only
/// to root.
/// </summary>
internal static class Holders
{
    /// <summary>"name (pid 12: working directory)" for each process that holds the topmost mount at a path.</summary>
    internal static IEnumerable<string> Of(byte[] mountPoint)
    {
        if (MountTable.TopAt(mountPoint) is not { } mount)
        {
            yield break;
        }

        string root = Encoding.UTF8.GetString(mountPoint);
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])))
        {
            if (HowHeld(process, root, mount.Id) is { } how)
            {
                yield return $"{NameOf(process)} (pid {Path.GetFileName(process)}: {how})";
            }
        }
    }

    private static string? HowHeld(string process, string root, int mountId)
    {
        try
        {
            if (IsBelow(LinkOf($"{process}/cwd"), root))
            {
                return "working directory";
            }

            if (IsBelow(LinkOf($"{process}/root"), root))
            {
                return "root directory";
            }

            string id = string.Create(CultureInfo.InvariantCulture, $"mnt_id:\t{mountId}\n");
            foreach (string info in Directory.EnumerateFiles($"{process}/fdinfo"))
            {
                if (File.ReadAllText(info).Contains(id, StringComparison.Ordinal))
                {
                    return $"open {LinkOf($"{process}/fd/{Path.GetFileName(info)}")}";
                }
            }

            return File.ReadLines($"{process}/maps").Any(line => line.Contains($" {root}/", StringComparison.Ordinal)) ? "mapped file" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or somebody else's.
            return null;
        }
    }

    private static bool IsBelow(string? path, string root) =>
        path is not null && (path == root || path.StartsWith($"{root}/", StringComparison.Ordinal));

    private static string? LinkOf(string link) => new FileInfo(link).LinkTarget;

    private static string NameOf(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/comm").Trim();
        }
        catch (IOException)
        {
            return "?";
        }
    }
}
