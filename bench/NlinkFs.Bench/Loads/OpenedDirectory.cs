using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Bench.Loads;

/// <summary>A directory held open while a load works on names in it, so that the way there costs nothing.</summary>
internal readonly ref struct OpenedDirectory
{
    internal OpenedDirectory(string path)
    {
        Errno error = Files.OpenAt(Fd.WorkingDirectory, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly | OpenFlags.Directory, out Fd fd);
        Fd = error.IsError ? throw new IOException($"{path}: {error}") : fd;
    }

    internal Fd Fd { get; }

    public void Dispose() => Fd.Close();
}
