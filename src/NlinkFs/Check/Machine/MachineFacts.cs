using System.Globalization;
using NlinkFs.Linux;

namespace NlinkFs.Check.Machine;

/// <summary>What matters of the machine and of this process's rights on it. All from the kernel, but for smbd's version.</summary>
internal sealed record MachineFacts
{
    /// <summary>Such as "6.18.44-amd64".</summary>
    internal string KernelRelease { get; init; } = "";

    /// <summary>Opening /dev/fuse.</summary>
    internal Errno Device { get; init; }

    internal bool IsRoot { get; init; }

    /// <summary>CapEff of /proc/self/status.</summary>
    internal ulong Capabilities { get; init; }

    /// <summary>Whether user ids here are those of the machine: the initial user namespace, or one that maps all as they are.</summary>
    internal bool IsInitialUserNamespace { get; init; }

    /// <summary>Where fusermount3 is; null when it is not on the PATH.</summary>
    internal string? Fusermount { get; init; }

    /// <summary>Whether that is setuid root.</summary>
    internal bool FusermountIsSetuid { get; init; }

    /// <summary>user_allow_other in /etc/fuse.conf.</summary>
    internal bool UserAllowOther { get; init; }

    /// <summary>no_new_privs, which makes setuid programs plain ones.</summary>
    internal bool NoNewPrivileges { get; init; }

    /// <summary>Seccomp of /proc/self/status: 0 none, 2 a filter.</summary>
    internal int Seccomp { get; init; }

    /// <summary>The AppArmor profile, such as "docker-default (enforce)"; null without AppArmor.</summary>
    internal string? AppArmor { get; init; }

    /// <summary>The hard limit of open files.</summary>
    internal ulong OpenFiles { get; init; }

    /// <summary>What smbd says of itself, such as "Version 4.17.12-Debian"; null when it is not on the PATH.</summary>
    internal string? Samba { get; init; }

    internal bool Has(int capability) => (Capabilities >> capability & 1) != 0;

    internal static MachineFacts Gather()
    {
        Errno device = Files.OpenAt(Fd.WorkingDirectory, "/dev/fuse"u8, OpenFlags.ReadWrite, out Fd fuse);
        fuse.Close();
        string? fusermount = Find("fusermount3");
        string? smbd = Find("smbd") ?? (File.Exists("/usr/sbin/smbd") ? "/usr/sbin/smbd" : null);
        Dictionary<string, string> status = Read("/proc/self/status").Split('\n')
            .Select(line => line.Split(':', 2))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1].Trim());
        return new MachineFacts
        {
            KernelRelease = Read("/proc/sys/kernel/osrelease").Trim(),
            Device = device,
            IsRoot = Processes.IsRoot,
            Capabilities = ulong.TryParse(status.GetValueOrDefault("CapEff"), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong bits) ? bits : 0,
            IsInitialUserNamespace = Read("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"],
            Fusermount = fusermount,
            FusermountIsSetuid = fusermount is not null && File.GetUnixFileMode(fusermount).HasFlag(UnixFileMode.SetUser),
            UserAllowOther = Read("/etc/fuse.conf").Split('\n').Any(line => line.Trim() == "user_allow_other"),
            NoNewPrivileges = status.GetValueOrDefault("NoNewPrivs") == "1",
            Seccomp = int.TryParse(status.GetValueOrDefault("Seccomp"), CultureInfo.InvariantCulture, out int mode) ? mode : 0,
            AppArmor = Read("/proc/self/attr/apparmor/current").Trim() is { Length: > 0 } profile ? profile : null,
            OpenFiles = Processes.RaiseOpenFilesLimit(),
            Samba = smbd is null ? null : VersionOf(smbd),
        };
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Where(directory => directory.Length > 0)
        .Select(directory => Path.Combine(directory, program))
        .FirstOrDefault(File.Exists);

    private static string VersionOf(string program)
    {
        Errno error = Pipes.Open(out Fd read, out Fd write);
        int pid = 0;
        error = error.IsError ? error : Processes.Spawn(
            program, [System.Text.Encoding.UTF8.GetBytes(program), "--version"u8.ToArray()], [], [(write, 1)], newSession: false, out pid);
        write.Close();
        Span<byte> buffer = stackalloc byte[256];
        int length = 0;
        error = error.IsError ? error : Files.Read(read, buffer, out length);
        read.Close();
        if (pid > 0)
        {
            _ = Processes.Wait(pid, out _);
        }

        return error.IsError || length == 0 ? "it does not say" : System.Text.Encoding.UTF8.GetString(buffer[..length]).Split('\n')[0];
    }
}
