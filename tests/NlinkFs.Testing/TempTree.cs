using NlinkFs.Linux;

namespace NlinkFs.Testing;

/// <summary>A directory of a test's own. Whatever is still mounted below it at the end is taken away first.</summary>
public sealed class TempTree : IDisposable
{
    /// <summary>Makes it, open to other users.</summary>
    /// <param name="prefix">How its name begins.</param>
    public TempTree(string prefix = "nlinkfs-test-")
    {
        Root = Directory.CreateTempSubdirectory(prefix).FullName;
        File.SetUnixFileMode(Root, (UnixFileMode)0x1ED);
    }

    /// <summary>Its path.</summary>
    public string Root { get; }

    /// <summary>A path below it.</summary>
    public string At(string name) => Path.Combine(Root, name);

    /// <summary>Makes a directory below it and returns its path.</summary>
    public string MakeDirectory(string name) => Directory.CreateDirectory(At(name)).FullName;

    /// <summary>Writes a file below it, with its directories, and returns its path.</summary>
    public string Write(string name, string content = "")
    {
        string path = At(name);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => Remove(Root);

    internal static void Remove(string root)
    {
        string prefix = $"{root}/";
        foreach (MountEntry mount in MountTable.Read().Reverse())
        {
            if (System.Text.Encoding.UTF8.GetString(mount.MountPoint).StartsWith(prefix, StringComparison.Ordinal))
            {
                _ = Mounts.Unmount(mount.MountPoint, UnmountFlags.Detach);
            }
        }

        _ = Commands.Run("/bin/rm", "-rf", "--one-file-system", root);
    }
}
