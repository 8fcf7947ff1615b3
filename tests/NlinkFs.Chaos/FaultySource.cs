using System.Text;
using NlinkFs.Linux;
using NlinkFs.Testing;

namespace NlinkFs.Chaos;

/// <summary>The source, and all that happens to it.</summary>
internal sealed class FaultySource : IDisposable
{
    /// <summary>Shows in the directory beneath the mount point, and so must never show in the mirror.</summary>
    internal const string Beneath = "beneath-the-mount";

    private const ulong NoDevice = ulong.MaxValue;
    private const int Kill = 9;
    private const int Stop = 19;
    private const int Continue = 18;

    private readonly Library _library;
    private readonly Timeline _timeline;
    private readonly Tally _tally;
    private readonly ChaosOptions _options;
    private readonly CancellationToken _cancelled;
    private readonly List<ulong> _devices = [];
    private Mounted _mounted;
    private Edition _edition;

    internal FaultySource(string path, Edition edition, Library library, Timeline timeline, Tally tally, ChaosOptions options, CancellationToken cancelled)
    {
        Path = path;
        _edition = edition;
        _library = library;
        _timeline = timeline;
        _tally = tally;
        _options = options;
        _cancelled = cancelled;
        _ = Directory.CreateDirectory(path);
        File.WriteAllText(System.IO.Path.Combine(path, Beneath), "");
        _mounted = Mount();
    }

    /// <summary>Where it is mounted.</summary>
    internal string Path { get; }

    /// <summary>The mirror's daemon.</summary>
    internal int MirrorId { get; set; }

    /// <summary>The device numbers of all mounts there were, the present one last.</summary>
    internal IReadOnlyList<ulong> Devices => _devices;

    /// <summary>Has the fault happen, from the loss to the return.</summary>
    internal void Suffer(Fault fault)
    {
        _edition = fault.Comeback != Comeback.Replaced ? _edition : _edition == Edition.First ? Edition.Second : Edition.First;
        _timeline.Lose(_edition, fault.ToString());
        Lose(fault.Loss);
        _ = _cancelled.WaitHandle.WaitOne(fault.Absence);
        if (fault.Loss == Loss.Stop)
        {
            _mounted.Service.Signal(Continue);
        }
        else
        {
            if (fault.Comeback == Comeback.EmptyFirst)
            {
                Remount("--empty");
                _ = _cancelled.WaitHandle.WaitOne(fault.Absence);
                Lose(fault.Loss);
            }

            Remount();
        }

        _timeline.Return();
    }

    /// <summary>The last, orderly umount.</summary>
    internal void End()
    {
        _timeline.Lose(_edition, "the end");
        Lose(Loss.Unmount);
    }

    /// <inheritdoc/>
    public void Dispose() => _mounted.Dispose();

    private void Lose(Loss loss)
    {
        switch (loss)
        {
            case Loss.Stop:
                _mounted.Service.Signal(Stop);
                break;
            case Loss.Unmount:
                Unmount();
                break;
            default:
                _mounted.Service.Signal(Kill);
                _ = _mounted.Service.WaitForExit();
                if (loss == Loss.KillAndDetach)
                {
                    Detach();
                }

                break;
        }
    }

    /// <summary>A plain umount has to do, however many files of the mirror are open, and the source has to end by it.</summary>
    private void Unmount()
    {
        CommandResult result = Commands.Run("umount", Path);
        if (result.ExitCode != 0)
        {
            _tally.Add(Finding.FailedUnmount, result.Error.Trim());
            Detach();
        }

        // Files that the kernel reads past the mirror keep their source alive.
        if (_mounted.Service.WaitForExit(_options.Tolerance.TotalSeconds) < 0 && _options.FilesOutliveTheSource && result.ExitCode == 0)
        {
            IReadOnlyList<string> held = Footprint.Of(MirrorId, [.. _devices, NoDevice]).Outdated;
            string late = _mounted.Service.WaitForExit() < 0 ? "not even after 10 s more" : "within 10 s more";
            _tally.Add(Finding.LateExit, $"{late}; the mirror had {string.Join(", ", held)}");
        }

        if (!_mounted.Service.HasExited)
        {
            _mounted.Service.Signal(Kill);
        }
    }

    private void Remount(params string[] more)
    {
        // Detaches what is still there.
        _mounted.Dispose();
        _mounted = Mount(more);
    }

    private Mounted Mount(params string[] more)
    {
        Mounted mounted = Mounted.Source(_options.Source, Path, [.. _library.SourceOptions(_edition), .. more]);
        if (MountTable.TopAt(Encoding.UTF8.GetBytes(Path)) is { } entry)
        {
            _devices.Add(((ulong)entry.Major << 32) | entry.Minor);
        }

        return mounted;
    }

    private void Detach() => _ = Mounts.Unmount(Encoding.UTF8.GetBytes(Path), UnmountFlags.Detach);
}
