using System.Text;
using NlinkFs.Linux;
using NlinkFs.Testing;

namespace NlinkFs.Bench;

/// <summary>
/// All that a run puts up: a directory, the programs that serve below it and their mounts. It goes away with the run, however
/// that ends; <see cref="Abort"/> takes it down under a run that hangs in a system call.
/// </summary>
internal sealed class Workspace(string root) : IDisposable
{
    private const int Kill = 9;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly List<Service> _services = []; // guarded by _lock
    private string? _aborted; // guarded by _lock

    /// <summary>A path below the directory.</summary>
    internal string At(string name) => Path.Combine(root, name);

    /// <summary>A directory below it, made if need be.</summary>
    internal string MakeDirectory(string name) => Directory.CreateDirectory(At(name)).FullName;

    /// <summary>Starts a program that serves until <see cref="Stop"/> or the end of the run.</summary>
    internal Service Start(IReadOnlyList<string> command)
    {
        lock (_lock)
        {
            ThrowIfAborted();
            Service service = new(command[0], command.Skip(1));
            _services.Add(service);
            return service;
        }
    }

    /// <summary>Unmounts what a program serves, which ends it, and makes sure that it has ended.</summary>
    internal void Stop(Service service, string? mountPoint)
    {
        if (mountPoint is not null)
        {
            byte[] path = Encoding.UTF8.GetBytes(mountPoint);

            // smbd's child may still be on its way out.
            if (!Commands.Eventually(() => Mounts.Unmount(path, UnmountFlags.None) != Errno.EBUSY, seconds: 5))
            {
                _ = Mounts.Unmount(path, UnmountFlags.Detach);
            }

            _ = service.WaitForExit(5);
        }

        lock (_lock)
        {
            _ = _services.Remove(service);
        }

        service.Dispose();
    }

    /// <summary>Says why the run was cut short, if it was.</summary>
    internal void ThrowIfAborted()
    {
        lock (_lock)
        {
            if (_aborted is not null)
            {
                throw new OperationCanceledException(_aborted);
            }
        }
    }

    /// <summary>
    /// Kills and unmounts everything, so that whoever waits for a file system gets an error. When the run does not end by itself
    /// then, the process does.
    /// </summary>
    internal void Abort(string reason, int exitCode)
    {
        lock (_lock)
        {
            if (_aborted is not null)
            {
                return;
            }

            _aborted = reason;
            _services.ForEach(service => service.Signal(Kill));
        }

        UnmountAll();
        Thread watchdog = new(() =>
        {
            Thread.Sleep(s_patience);
            Environment.Exit(exitCode);
        })
        { IsBackground = true };
        watchdog.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Service[] left;
        lock (_lock)
        {
            left = [.. _services.AsEnumerable().Reverse()];
            _services.Clear();
        }

        UnmountAll();
        Array.ForEach(left, service => service.Dispose());
        _ = Commands.Run("/bin/rm", "-rf", "--one-file-system", root);
    }

    private void UnmountAll()
    {
        foreach (MountEntry mount in MountTable.Read().Reverse())
        {
            if (Encoding.UTF8.GetString(mount.MountPoint).StartsWith($"{root}/", StringComparison.Ordinal))
            {
                _ = Mounts.Unmount(mount.MountPoint, UnmountFlags.Detach);
            }
        }
    }
}
