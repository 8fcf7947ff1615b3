using k8s.Models;

namespace NlinkFs.ManifestTests;

/// <summary>Starting, stopping and moving.</summary>
internal static partial class Rules
{
    private static IEnumerable<Rule> Lifecycle =>
    [
        new("One pod at a time", manifest => manifest.Objects.OfType<V1Deployment>()
            .Where(deployment => deployment.Spec.Replicas != 1 || deployment.Spec.Strategy?.Type != "Recreate")
            .Select(deployment => $"{deployment.Name()}: not one replica with Recreate")),

        // A pod that was killed leaves its mounts on the node.
        ForPods("Leftovers are cleaned up first", pod => Unless(
            !pod.HasMirror || pod.InitContainers.First() is { IsPrivileged: true, Spec.RestartPolicy: null } first && first.Command.Any(Cleans),
            "the first init container does not unmount what it finds in mountinfo")),

        // Its mount would outlive the pod on the node otherwise.
        ForPods("The source takes its mount away when it ends", pod => Unless(
            !pod.HasMirror || pod.Sidecars.All(sidecar => sidecar.Spec.Lifecycle?.PreStop?.Exec?.Command?.Any(word => word.Contains("umount -l", StringComparison.Ordinal)) == true),
            "no preStop with umount -l")),

        // nlinkfs run would mount again at once, and unmounts by itself on SIGTERM.
        ForContainers("A mirror is not unmounted behind its back", container => Unless(!container.IsMirror || container.Spec.Lifecycle?.PreStop is null, "a preStop")),

        // Native sidecars stop after the server, in reverse order: that is the only order in which nobody loses his source.
        ForPods("The source is a native sidecar", pod => Unless(!pod.HasMirror || pod.Sidecars.Any(), "no init container with restartPolicy: Always")),

        // smbd and mirror take up to ten seconds, then comes the source.
        ForPods("There is time to stop", pod => Unless(!pod.HasMirror || pod.Spec.TerminationGracePeriodSeconds >= 30, "less than 30 s")),

        // By default a pod is left on a lost node for 300 s.
        ForPods("A lost node is given up within a minute", pod => Unless(
            !pod.Containers.Any(container => container.IsMirror && !container.IsPrivileged)
                || (pod.Spec.Tolerations ?? []).Count(t => t.Effect == "NoExecute" && t.TolerationSeconds <= 60 && t.Key is "node.kubernetes.io/unreachable" or "node.kubernetes.io/not-ready") == 2,
            "no short tolerations for not-ready and unreachable")),

        // With one replica minAvailable: 1 blocks every drain.
        new("No disruption budget", manifest => manifest.Objects.OfType<V1PodDisruptionBudget>().Select(budget => budget.Name())),
    ];

    private static bool Cleans(string script) =>
        script.Contains("/proc/self/mountinfo", StringComparison.Ordinal) && script.Contains("umount -l", StringComparison.Ordinal);
}
