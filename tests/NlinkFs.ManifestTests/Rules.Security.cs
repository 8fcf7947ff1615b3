namespace NlinkFs.ManifestTests;

/// <summary>What is allowed, and no more than that.</summary>
internal static partial class Rules
{
    private static readonly string[] s_capabilities = ["SYS_ADMIN", "SETUID", "SETGID", "DAC_READ_SEARCH", "NET_BIND_SERVICE"];

    private static IEnumerable<Rule> Security =>
    [
        ForContainers("Privileged only to let mounts out", container => Unless(
            !container.IsPrivileged || container.Mounts.Any(mount => mount.MountPropagation == "Bidirectional"),
            "privileged without need")),

        ForContainers("A mirror may mount", container => Unless(
            !container.IsMirror || container.IsPrivileged || container.Spec.SecurityContext?.Capabilities?.Add?.Contains("SYS_ADMIN") == true,
            "neither privileged nor SYS_ADMIN")),

        // The device cgroup refuses a /dev/fuse that came by hostPath; only a device plugin or privileged opens it.
        ForContainers("A mirror gets /dev/fuse", container => Unless(
            !container.IsMirror || container.IsPrivileged || container.Spec.Resources?.Limits?.Keys.Any(key => key.EndsWith("/fuse", StringComparison.Ordinal)) == true,
            "no resource of a device plugin")),
        ForPods("/dev/fuse does not come by hostPath", pod => Unless(
            (pod.Spec.Volumes ?? []).All(volume => volume.HostPath?.Path.StartsWith("/dev", StringComparison.Ordinal) != true),
            "a hostPath in /dev")),

        // The runtimes' default profile denies mount(2).
        ForContainers("AppArmor lets a mirror mount", container => Unless(
            !container.IsMirror || container.IsPrivileged || container.Spec.SecurityContext?.AppArmorProfile?.Type is "Unconfined" or "Localhost",
            "the default AppArmor profile")),

        ForContainers("Capabilities are the five that are needed", container => Unless(
            !container.IsMirror || container.IsPrivileged || (container.Spec.SecurityContext?.Capabilities is { } capabilities
                && capabilities.Drop?.Contains("ALL") == true && capabilities.Add.All(s_capabilities.Contains)),
            "other capabilities, or not all dropped")),

        ForContainers("Nobody gains privileges", container => Unless(
            container.IsPrivileged || container.Spec.Image.StartsWith("busybox:", StringComparison.Ordinal)
                || container.Spec.SecurityContext?.AllowPrivilegeEscalation == false,
            "allowPrivilegeEscalation is not false")),

        ForContainers("Our root file systems are read-only", container => Unless(
            !(container.IsMirror || container.IsMounter) || container.Spec.SecurityContext?.ReadOnlyRootFilesystem == true,
            "readOnlyRootFilesystem is not true")),

        // All state of smbd, and the control socket.
        ForContainers("A mirror has /run in memory", container => Unless(
            !container.IsMirror || container.Mounts.Any(mount => mount.MountPath == "/run" && container.Pod.Volume(mount.Name)?.EmptyDir?.Medium == "Memory"),
            "/run is no emptyDir in memory")),

        ForPods("No pod has a token of the API server", pod => Unless(pod.Spec.AutomountServiceAccountToken == false, "automountServiceAccountToken is not false")),

        new("No password in a config map", manifest => manifest.Objects.OfType<k8s.Models.V1ConfigMap>()
            .SelectMany(map => map.Data.Keys)
            .Where(key => key.StartsWith("USER_", StringComparison.Ordinal) || key.Contains("PASSWORD", StringComparison.OrdinalIgnoreCase))),
    ];
}
