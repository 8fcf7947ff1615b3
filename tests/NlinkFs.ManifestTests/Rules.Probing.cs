using k8s.Models;

namespace NlinkFs.ManifestTests;

/// <summary>Probes, which must work when a mount does not.</summary>
internal static partial class Rules
{
    private static IEnumerable<Rule> Probing =>
    [
        // A look at a hanging mount cannot even be killed: each period would leave one more process behind.
        ForContainers("No probe touches a mount", container => First(container, (_, probe) => probe.Exec is { Command: var command } && !NeverTouches(command))),

        // A restart does not bring a source or a server back.
        ForContainers("Liveness does not depend on the source", container => First(container, (kind, probe) =>
            kind == "liveness" && probe.Exec is { Command: var command } && !command.Contains("--live"))),

        ForContainers("Readiness does depend on the source", container => Unless(
            !container.IsMirror || container.Spec.ReadinessProbe?.Exec?.Command is ["nlinkfs", "health", not "--live", ..],
            "no readinessProbe that asks for the source")),

        // nlinkfs health waits 5 s for its answer; a probe's own default of 1 s would end it before.
        ForContainers("Probes wait for the answer", container => First(container, (_, probe) =>
            probe.Exec is { Command: ["nlinkfs", ..] } && (probe.TimeoutSeconds ?? 1) <= 5)),

        // Requests wait 30 s for a lost source: not ready before that would cut clients off that only have to wait.
        ForContainers("Readiness has the patience of the mirror", container => Unless(
            !container.IsMirror || (container.Spec.ReadinessProbe?.PeriodSeconds ?? 10) * (container.Spec.ReadinessProbe?.FailureThreshold ?? 3) >= 30,
            "not ready in less than the mirror's grace of 30 s")),

        // What starts after the source must find it mounted.
        ForPods("The source is there before the mirror starts", pod => Unless(
            !pod.HasMirror || pod.Sidecars.Any(sidecar => sidecar.Spec.StartupProbe?.Exec?.Command is { } command && NeverTouches(command)),
            "no sidecar whose startupProbe waits for its mount")),
    ];

    private static bool NeverTouches(IEnumerable<string> command) => command switch
    {
        _ when command.Take(2).SequenceEqual(["nlinkfs", "health"]) => true,
        _ when command.Take(2).SequenceEqual(["sh", "-c"]) => AsksMountinfoOnly().IsMatch(command.Last()),
        _ => false,
    };

    private static string? First(PodContainer container, Func<string, V1Probe, bool> violates) =>
        container.Probes.Where(probe => violates(probe.Kind, probe.Probe)).Select(probe => $"its {probe.Kind} probe").FirstOrDefault();
}
