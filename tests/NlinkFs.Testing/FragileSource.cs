using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Testing;

/// <summary>A test source that is killed, unmounted, frozen and started again on the same path.</summary>
public sealed class FragileSource : IDisposable
{
    private const int Kill = 9;
    private const int Stop = 19;
    private const int Continue = 18;

    private readonly SourceKind _kind;
    private readonly string[] _options;
    private Mounted? _mounted;

    /// <summary>Describes a source without starting it; its mount point is made.</summary>
    public FragileSource(SourceKind kind, string path, params string[] options)
    {
        (_kind, Path, _options) = (kind, path, options);
        _ = Directory.CreateDirectory(path);
    }

    /// <summary>Its mount point.</summary>
    public string Path { get; }

    /// <summary>Its process, while it is started.</summary>
    public Service Service => _mounted!.Service;

    /// <summary>Mounts it.</summary>
    /// <param name="options">Options instead of the usual ones, if any.</param>
    public FragileSource Start(params string[] options)
    {
        _mounted = Mounted.Source(_kind, Path, options.Length > 0 ? options : _options);
        return this;
    }

    /// <summary>Kills it; the dead mount stays.</summary>
    public void Crash()
    {
        Service.Signal(Kill);
        _ = Service.WaitForExit();
    }

    /// <summary>Kills it and takes the dead mount away.</summary>
    public void CrashAndClear()
    {
        Crash();
        _ = Mounts.Unmount(Encoding.UTF8.GetBytes(Path), UnmountFlags.Detach);
        _mounted!.Service.Dispose();
        _mounted = null;
    }

    /// <summary>Plain umount(8), as its supervisor would do it.</summary>
    public CommandResult Unmount() => Commands.Run("umount", Path);

    /// <summary>Stops answering; when this returns, none of its threads runs.</summary>
    public void Freeze()
    {
        Service.Signal(Stop);
        bool IsStopped(string thread) => File.ReadAllText(System.IO.Path.Combine(thread, "status")).Contains("State:\tT", StringComparison.Ordinal);
        if (!Commands.Eventually(() => Directory.GetDirectories($"/proc/{Service.Id}/task").All(IsStopped)))
        {
            throw new InvalidOperationException("the source does not stop");
        }
    }

    /// <summary>Answers again.</summary>
    public void Thaw() => Service.Signal(Continue);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_mounted is { } mounted)
        {
            if (!mounted.Service.HasExited)
            {
                // Whoever still waits for it must be able to end.
                Thaw();
            }

            mounted.Dispose();
        }
    }
}
