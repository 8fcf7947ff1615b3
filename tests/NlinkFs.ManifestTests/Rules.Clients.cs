using k8s.Models;

namespace NlinkFs.ManifestTests;

/// <summary>The share's clients and the address they keep.</summary>
internal static partial class Rules
{
    private static IEnumerable<Rule> Clients =>
    [
        // The connection lives in the network namespace of whoever mounts, and dies with a pod's own.
        ForPods("The kernel's client uses the node's network", pod => Unless(
            !pod.Containers.Any(container => container.IsMounter) || pod.Spec is { HostNetwork: true, DnsPolicy: "ClusterFirstWithHostNet" },
            "not hostNetwork with ClusterFirstWithHostNet")),

        MountOption("A silent server is given up after 15 s", "echo_interval=5"),
        // soft fails after 10 s, which a failover takes longer than.
        MountOption("Clients wait through a failover", "hard"),
        MountOption("Clients mount read-only", "ro"),
        MountOption("Clients speak SMB 3.1.1", "vers=3.1.1"),

        // The kernel keeps the address it has resolved: it has to be one that does not move with the pod.
        new("The share's address stays", manifest => manifest.Objects.OfType<V1Service>()
            .Where(service => service.Spec.Ports.Any(port => port.Port == 445) && (service.Spec.Type is not (null or "ClusterIP") || service.Spec.ClusterIP == "None"))
            .Select(service => $"{service.Name()}: no ClusterIP")),

        // Who finds no share must not be sent to one that cannot answer.
        new("Only a share that is ready gets new clients", manifest => manifest.Objects.OfType<V1Service>()
            .Where(service => service.Spec.Ports.Any(port => port.Port == 445) && service.Spec.PublishNotReadyAddresses == true)
            .Select(service => $"{service.Name()}: publishNotReadyAddresses")),

        // The mirror refuses file handles, and NFS is made of them.
        new("Nothing claims NFS", manifest => manifest.Pods
            .SelectMany(pod => pod.Spec.Volumes ?? []).Where(volume => volume.Nfs is not null).Select(volume => volume.Name)
            .Concat(manifest.Objects.OfType<V1Service>().Where(service => service.Spec.Ports.Any(port => port.Port == 2049)).Select(service => service.Name()))),
    ];

    private static Rule MountOption(string name, string option) => new(name, manifest => manifest.Objects.OfType<V1ConfigMap>()
        .Where(map => map.Data.TryGetValue("mount-share.sh", out string? script)
            && !script.Split('\n').Single(line => line.StartsWith("options=", StringComparison.Ordinal))["options=".Length..].Split(',').Contains(option))
        .Select(_ => $"mount-share.sh does not mount with {option}"));
}
