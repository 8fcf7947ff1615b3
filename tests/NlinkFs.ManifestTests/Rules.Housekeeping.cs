using System.Text.RegularExpressions;
using k8s.Models;

namespace NlinkFs.ManifestTests;

/// <summary>What holds for any manifest.</summary>
internal static partial class Rules
{
    private static IEnumerable<Rule> Housekeeping =>
    [
        ForContainers("Images have a version", container => Unless(
            Version().IsMatch(container.Spec.Image), $"{container.Spec.Image} can be another one tomorrow")),

        ForContainers("Resources are asked for and limited", container => Unless(
            container.Spec.Resources is { Requests: { } requests, Limits: { } limits }
                && requests.ContainsKey("cpu") && requests.ContainsKey("memory") && limits.ContainsKey("memory"),
            "no requests for cpu and memory, or no limit of memory")),

        new("What is referred to exists", manifest => manifest.Pods.SelectMany(pod => References(pod)
            .Where(reference => !manifest.Objects.Any(o => o.Kind == reference.Kind && o.Name() == reference.Name))
            .Select(reference => $"{pod}: {reference.Kind} {reference.Name}"))),

        new("Services find a pod and its port", manifest => manifest.Objects.OfType<V1Service>()
            .Where(service => !manifest.Pods.Any(pod => service.Spec.Selector.All(pod.Template.Metadata.Labels.Contains) && service.Spec.Ports.All(port => Has(pod, port.TargetPort.Value))))
            .Select(service => service.Name())),

        ForContainers("What is mounted is a volume of the pod", container =>
        {
            string? bad = container.Mounts.Select(mount => mount.Name).FirstOrDefault(name => container.Pod.Volume(name) is null);
            return Unless(bad is null, $"no volume {bad}");
        }),
    ];

    private static IEnumerable<(string Kind, string Name)> References(Pod pod)
    {
        foreach (V1EnvFromSource source in pod.Containers.SelectMany(container => container.Spec.EnvFrom ?? []))
        {
            yield return ("ConfigMap", source.ConfigMapRef.Name);
        }

        foreach (V1Volume volume in pod.Spec.Volumes ?? [])
        {
            if (volume.ConfigMap is { } map)
            {
                yield return ("ConfigMap", map.Name);
            }

            if (volume.PersistentVolumeClaim is { } claim)
            {
                yield return ("PersistentVolumeClaim", claim.ClaimName);
            }
        }
    }

    private static bool Has(Pod pod, string port) => pod.Containers
        .SelectMany(container => container.Spec.Ports ?? [])
        .Any(p => p.Name == port || $"{p.ContainerPort}" == port);

    // A tag that begins with a number, or a digest.
    [GeneratedRegex(@":v?\d+\.\d+[^/]*$|@sha256:[0-9a-f]{64}$")]
    private static partial Regex Version();
}
