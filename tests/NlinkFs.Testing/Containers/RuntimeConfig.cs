using System.Text.Json;

namespace NlinkFs.Testing.Containers;

/// <summary>Writes the config.json of the OCI runtime specification that containerd would write for a container.</summary>
internal static class RuntimeConfig
{
    private static readonly string[] s_default = ["nosuid", "noexec", "nodev"];

    /// <summary>All that this kernel knows, for a privileged container.</summary>
    private static readonly string[] s_allCapabilities =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD", "CAP_NET_ADMIN",
        "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_ADMIN", "CAP_SYS_CHROOT",
    ];

    /// <summary>Writes it into a bundle, whose root file system is its directory "rootfs".</summary>
    internal static void Write(string bundle, string id, ContainerSettings settings)
    {
        IEnumerable<string> capabilities = settings.Privileged ? s_allCapabilities : ContainerSettings.FewCapabilities;
        object config = new
        {
            ociVersion = "1.0.2",
            hostname = "pod",
            root = new { path = "rootfs", @readonly = !settings.Privileged },
            process = new
            {
                cwd = "/",
                args = settings.Command ?? settings.Image.Command,
                env = settings.Image.Environment.Concat(settings.Environment),
                user = new { uid = 0, gid = 0 },
                noNewPrivileges = true,
                capabilities = new { bounding = capabilities, effective = capabilities, permitted = capabilities },
            },
            mounts = StandardMounts().Concat(settings.Volumes.Select(Bind)),
            linux = new
            {
                cgroupsPath = $"/{id}",
                // As containerd has it: a slave, or mounts of the container's volumes could not reach the machine.
                rootfsPropagation = settings.Volumes.Any(volume => volume.Propagation == Propagation.Bidirectional) ? "rshared" : "rslave",
                namespaces = new object[]
                {
                    new { type = "pid" }, new { type = "mount" }, new { type = "ipc" }, new { type = "uts" }, new { type = "network", path = settings.Network },
                },
                devices = new[] { new { path = "/dev/fuse", type = "c", major = 10, minor = 229, fileMode = 0x1B6, uid = 0, gid = 0 } },
                resources = new
                {
                    devices = settings.Privileged
                        ? [new { allow = true, access = "rwm" }]
                        : new object[] { new { allow = false, access = "rwm" }, new { allow = true, type = "c", major = 10, minor = 229, access = "rwm" } },
                },
                maskedPaths = settings.Privileged ? [] : (string[])["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
                readonlyPaths = settings.Privileged ? [] : (string[])["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
            },
        };
        File.WriteAllText(Path.Combine(bundle, "config.json"), JsonSerializer.Serialize(config));
    }

    private static IEnumerable<object> StandardMounts() =>
    [
        new { destination = "/proc", type = "proc", source = "proc", options = s_default },
        new { destination = "/dev", type = "tmpfs", source = "tmpfs", options = (string[])["nosuid", "strictatime", "mode=755", "size=65536k"] },
        new { destination = "/dev/pts", type = "devpts", source = "devpts", options = (string[])["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"] },
        new { destination = "/dev/shm", type = "tmpfs", source = "shm", options = (string[])["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
        new { destination = "/dev/mqueue", type = "mqueue", source = "mqueue", options = s_default },
        new { destination = "/sys", type = "sysfs", source = "sysfs", options = (string[])["nosuid", "noexec", "nodev", "ro"] },
    ];

    private static object Bind(Volume volume) => new
    {
        destination = volume.MountPath,
        type = "bind",
        source = volume.Path,
        options = (string[])
        [
            "rbind", volume.Propagation switch { Propagation.Bidirectional => "rshared", Propagation.HostToContainer => "rslave", _ => "rprivate" },
        ],
    };
}
