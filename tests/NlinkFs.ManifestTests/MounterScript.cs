using System.Diagnostics;
using System.Text;
using NlinkFs.Linux;
using NlinkFs.Testing;

namespace NlinkFs.ManifestTests;

/// <summary>
/// The mounter's script at work in a directory of its own. Only mount.cifs is not the real one, since not every kernel has a CIFS client: a
/// stand-in of a few lines does what the test wants of it. The script goes by the mount table alone, and its mounts there are real ones.
/// </summary>
internal sealed class MounterScript : IDisposable
{
    /// <summary>The share it is told to mount.</summary>
    internal const string Share = "//server/dfs";

    private readonly TempTree _tree = new();
    private readonly Service _service;

    /// <summary>Starts it.</summary>
    /// <param name="mount">A line of shell that stands for mount.cifs, with $share, $point and $options; a tmpfs named after the share if empty.</param>
    /// <param name="prepare">What is done before it starts, with its mount point.</param>
    /// <param name="settings">Further settings, NAME=VALUE.</param>
    internal MounterScript(string mount = "", Action<string>? prepare = null, params string[] settings)
    {
        MountPoint = _tree.At("pods/dfs");
        if (prepare is not null)
        {
            _ = Directory.CreateDirectory(MountPoint);
            prepare(MountPoint);
        }

        string stub = _tree.Write("bin/mount.cifs", $$"""
            #!/bin/sh
            # mount.cifs SHARE MOUNT-POINT -o OPTIONS
            share=$1 point=$2 options=$4
            echo "$*" >>'{{_tree.Root}}/calls'
            {{(mount.Length > 0 ? mount : Tmpfs)}}
            """);
        File.SetUnixFileMode(stub, (UnixFileMode)0x1ED);
        void Configure(ProcessStartInfo start)
        {
            start.Environment["PATH"] = $"{_tree.At("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
            foreach (string setting in (string[])[$"SHARE={Share}", $"MOUNT_POINT={MountPoint}", "INTERVAL=1", .. settings])
            {
                string[] words = setting.Split('=', 2);
                start.Environment[words[0]] = words[1];
            }
        }

        _service = new Service("/bin/sh", [Path.Combine(Kustomize.Bases, "mounter/mount-share.sh")], Configure);
    }

    /// <summary>What stands for mount.cifs when nothing else is said.</summary>
    internal static string Tmpfs => "exec mount -t tmpfs -o ro \"$share\" \"$point\"";

    /// <summary>Where it mounts.</summary>
    internal string MountPoint { get; }

    /// <summary>What it has said.</summary>
    internal string Log => _service.Log;

    /// <summary>How it has called mount.cifs, a line each.</summary>
    internal string[] Calls => File.Exists(_tree.At("calls")) ? File.ReadAllLines(_tree.At("calls")) : [];

    /// <summary>What the mount table has at the mount point, the topmost last.</summary>
    internal string[] Mounts => [.. MountTable.Read()
        .Where(mount => Encoding.UTF8.GetString(mount.MountPoint) == MountPoint)
        .Select(mount => Encoding.UTF8.GetString(mount.Source))];

    /// <summary>Waits until something holds.</summary>
    internal void Until(Func<bool> holds)
    {
        if (!Commands.Eventually(holds, 60))
        {
            throw new InvalidOperationException($"it did not come to that:\n{Log}\nmounted: {string.Join(' ', Mounts)}");
        }
    }

    /// <summary>Waits until it has said something.</summary>
    internal void UntilSaid(string text) => _service.WaitFor(text, 60);

    /// <summary>Sends SIGTERM, and returns the exit code; -1 when it is still there after a while.</summary>
    internal int Terminate()
    {
        _service.Signal(15);
        return _service.WaitForExit(60);
    }

    /// <summary>Waits for its end.</summary>
    internal int WaitForExit() => _service.WaitForExit(60);

    /// <summary>Ends it as the machine does when it has no memory.</summary>
    internal void Kill()
    {
        _service.Signal(9);
        _ = _service.WaitForExit(60);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _service.Dispose();
        _tree.Dispose();
    }
}
