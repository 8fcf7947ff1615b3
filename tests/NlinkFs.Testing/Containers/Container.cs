using System.Globalization;
using System.Text;
using System.Text.Json;
using NlinkFs.Linux;

namespace NlinkFs.Testing.Containers;

/// <summary>A container that runc(8) runs: its own PID, mount, IPC, UTS and network namespace, its devices by cgroup.</summary>
public sealed class Container : IDisposable
{
    private const int Kill = 9;

    private readonly string _id = TestRun.NewName();
    private readonly string _rootFileSystem;
    private readonly Service _runc;
    private bool _disposed;

    /// <summary>Starts one.</summary>
    /// <param name="bundle">A directory for it on a file system that an overlay can write to; made if it is not there.</param>
    /// <param name="settings">What it is.</param>
    public Container(string bundle, ContainerSettings settings)
    {
        foreach (string name in (string[])["rootfs", "upper", "work"])
        {
            _ = Directory.CreateDirectory(Path.Combine(bundle, name));
        }

        // A mount of its own, as runtimes have it: runc makes the mount below private, and with it what else is on that.
        _rootFileSystem = Path.Combine(bundle, "rootfs");
        string layers = $"lowerdir={settings.Image.RootFileSystem},upperdir={bundle}/upper,workdir={bundle}/work";
        Errno error = Mounts.Mount("overlay"u8, Bytes(_rootFileSystem), "overlay"u8, MountFlags.None, Bytes(layers));
        if (error.IsError)
        {
            throw new IOException($"cannot mount an overlay on {_rootFileSystem}: {error}");
        }

        RuntimeConfig.Write(bundle, _id, settings);
        string pidFile = Path.Combine(bundle, "pid");

        // No standard input, as under Kubernetes: one that is a pipe and closed would end smbd.
        string[] run = TestRun.RuncArguments("run", "--no-new-keyring", "--bundle", bundle, "--pid-file", pidFile, _id);
        _runc = new Service("/bin/sh", ["-c", "exec runc \"$@\" < /dev/null", "sh", .. run]);
        if (!Commands.Eventually(() => File.Exists(pidFile) || _runc.HasExited, 60) || !File.Exists(pidFile))
        {
            string log = Log;
            Dispose();
            throw new InvalidOperationException($"runc does not start {_id}:\n{log}");
        }

        Id = int.Parse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture);
    }

    /// <summary>The process id, on the machine, of what is number 1 inside.</summary>
    public int Id { get; }

    /// <summary>All it has written.</summary>
    public string Log => _runc.Log;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _runc.HasExited;

    /// <summary>The processes in it, by their ids on the machine.</summary>
    public IReadOnlyList<int> Processes
    {
        get
        {
            CommandResult result = TestRun.Runc("ps", "--format", "json", _id);
            return result.ExitCode == 0 ? JsonSerializer.Deserialize<int[]>(result.Output) ?? [] : throw new InvalidOperationException(result.ToString());
        }
    }

    /// <summary>Waits for a text in its output.</summary>
    public void WaitFor(string text, double seconds = 60) => _runc.WaitFor(text, seconds);

    /// <summary>Runs a command in it, as a probe does.</summary>
    public CommandResult Execute(params string[] command) => TestRun.Runc(["exec", _id, .. command]);

    /// <summary>Sends a signal to its first process.</summary>
    public void Signal(int signal) => _ = Linux.Processes.Kill(Id, signal);

    /// <summary>Waits for its end; its exit code, or -1 when it does not end in time.</summary>
    public int WaitForExit(double seconds = 30) => _runc.WaitForExit(seconds);

    /// <summary>Asks it to end, as kubelet does, and waits.</summary>
    public int Stop(double seconds = 30)
    {
        const int Terminate = 15;
        Signal(Terminate);
        return WaitForExit(seconds);
    }

    /// <summary>Kills all of it.</summary>
    public void Crash()
    {
        Signal(Kill);
        _ = WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _ = TestRun.Runc("delete", "--force", _id);
        _runc.Dispose();
        _ = Mounts.Unmount(Bytes(_rootFileSystem), UnmountFlags.Detach);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
