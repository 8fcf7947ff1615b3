using k8s.Models;

namespace NlinkFs.ManifestTests;

/// <summary>How mounts get from one container to another.</summary>
internal static partial class Rules
{
    private static IEnumerable<Rule> Propagation =>
    [
        // The API server refuses it elsewhere.
        ForContainers("Bidirectional is for privileged containers", container => Unless(
            container.IsPrivileged || container.Mounts.All(mount => mount.MountPropagation != "Bidirectional"),
            "Bidirectional without privileged")),

        // Mounted on the volume's own root a dead mount keeps the container from starting, and readers keep it for ever.
        ForContainers("Mount points are subdirectories of a volume", container =>
        {
            string? bad = container.MountPoints.FirstOrDefault(path => !container.PropagatedMounts.Any(mount => IsBelow(path, mount.MountPath)));
            return Unless(bad is null, $"{bad} is not below a volume mount with propagation");
        }),

        // The other way round: no volume is bound at a place that something gets mounted at.
        ForContainers("Volumes are bound at the parent of a mount point", container =>
        {
            string? bad = container.Mounts.Select(mount => mount.MountPath).FirstOrDefault(container.Pod.Containers.SelectMany(c => c.MountPoints).Contains);
            return Unless(bad is null, $"a volume is bound at {bad} itself");
        }),

        // Default propagation is private: later mounts never arrive.
        ForContainers("Directories that mounts appear in are bound with propagation", container =>
        {
            V1VolumeMount? bad = container.Mounts.FirstOrDefault(mount =>
                container.Pod.Volume(mount.Name)?.HostPath is { } host && IsBelow(host.Path, OnTheNode) && !container.PropagatedMounts.Contains(mount));
            return Unless(bad is null, $"{bad?.MountPath} is bound without propagation");
        }),

        // Who makes a mount for others has to let it out.
        ForContainers("A mount for others is let out", container => Unless(
            !(container.IsMounter || (container.IsMirror && container.Command is ["nlinkfs", "run", ..])) || container.Mounts.Any(mount => mount.MountPropagation == "Bidirectional"),
            "its mount stays inside")),

        // recursiveReadOnly wants private mounts; read-only is enforced by the mirror and by smbd.
        ForContainers("No recursiveReadOnly with propagation", container => Unless(
            container.PropagatedMounts.All(mount => string.IsNullOrEmpty(mount.RecursiveReadOnly) || mount.RecursiveReadOnly == "Disabled"),
            "recursiveReadOnly on a volume mount with propagation")),

        // kubernetes/kubernetes#129550: what is mounted in an emptyDir keeps the pod from going away.
        ForContainers("What gets mounts from others is a hostPath below /run", container =>
        {
            V1VolumeMount? bad = container.PropagatedMounts.FirstOrDefault(mount => container.Pod.Volume(mount.Name)?.HostPath is not { } host || !IsBelow(host.Path, OnTheNode));
            return Unless(bad is null, $"the volume of {bad?.MountPath} is no hostPath below {OnTheNode}");
        }),

        // In a user namespace the mount works inside and never gets out.
        ForPods("No user namespace", pod => Unless(pod.Spec.HostUsers != false, "hostUsers: false")),
    ];
}
