using NlinkFs.Linux;

namespace NlinkFs.Testing;

/// <summary>A program that serves a mount point for the length of a test.</summary>
public sealed class Mounted : IDisposable
{
    private Mounted(Service service, string path)
    {
        Service = service;
        Path = path;
    }

    /// <summary>The program.</summary>
    public Service Service { get; }

    /// <summary>The mount point.</summary>
    public string Path { get; }

    /// <summary>A path below the mount point.</summary>
    public string At(string path) => System.IO.Path.Combine(Path, path);

    /// <summary>Mirrors a directory with the published binary, in the foreground.</summary>
    public static Mounted Mirror(string source, string mountPoint, params string[] options) =>
        MirrorUnder([], source, mountPoint, options);

    /// <summary>As <see cref="Mirror"/>, started through another command such as prlimit.</summary>
    public static Mounted MirrorUnder(string[] wrapper, string source, string mountPoint, params string[] options)
    {
        _ = Directory.CreateDirectory(mountPoint);
        string[] command = [.. wrapper, Programs.Nlinkfs, "mount", "--foreground", .. options, source, mountPoint];
        return Begin(new Service(command[0], command[1..]), mountPoint, "Mirroring ");
    }

    /// <summary>Mounts a test source, the one written here or the one written with go-fuse.</summary>
    public static Mounted Source(SourceKind kind, string mountPoint, params string[] options)
    {
        _ = Directory.CreateDirectory(mountPoint);
        string program = kind == SourceKind.Go ? Programs.GoSource : Programs.TestSource;
        return Begin(new Service(program, [.. options, mountPoint]), mountPoint, "ready ");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = Mounts.Unmount(System.Text.Encoding.UTF8.GetBytes(Path), UnmountFlags.Detach);
        Service.Dispose();
    }

    private static Mounted Begin(Service service, string mountPoint, string word)
    {
        try
        {
            service.WaitFor(word);
        }
        catch (InvalidOperationException)
        {
            service.Dispose();
            throw;
        }

        return new Mounted(service, mountPoint);
    }
}

/// <summary>Which test source.</summary>
public enum SourceKind
{
    /// <summary>tests/NlinkFs.TestSource, on our own server.</summary>
    CSharp,

    /// <summary>tests/go-source, on go-fuse.</summary>
    Go,
}
