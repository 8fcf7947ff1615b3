using System.Text.RegularExpressions;
using k8s.Models;

namespace NlinkFs.ManifestTests;

/// <summary>A pod as a workload describes it.</summary>
internal sealed record Pod(string Name, V1PodTemplateSpec Template, Manifest Manifest)
{
    /// <summary>The pod's specification.</summary>
    internal V1PodSpec Spec => Template.Spec;

    /// <summary>Its containers in the order in which they start.</summary>
    internal IEnumerable<PodContainer> Containers =>
        (Spec.InitContainers ?? []).Concat(Spec.Containers).Select(container => new PodContainer(this, container));

    /// <summary>Its init containers.</summary>
    internal IEnumerable<PodContainer> InitContainers => (Spec.InitContainers ?? []).Select(container => new PodContainer(this, container));

    /// <summary>Those of its init containers that run for as long as the pod does.</summary>
    internal IEnumerable<PodContainer> Sidecars => InitContainers.Where(container => container.Spec.RestartPolicy == "Always");

    /// <summary>Whether it has a mirror in it.</summary>
    internal bool HasMirror => Containers.Any(container => container.IsMirror);

    /// <summary>A volume by its name.</summary>
    internal V1Volume? Volume(string name) => (Spec.Volumes ?? []).SingleOrDefault(volume => volume.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A container in its pod.</summary>
internal sealed partial record PodContainer(Pod Pod, V1Container Spec)
{
    /// <summary>Its command and arguments.</summary>
    internal string[] Command => [.. Spec.Command ?? [], .. Spec.Args ?? []];

    /// <summary>Whether it may do anything.</summary>
    internal bool IsPrivileged => Spec.SecurityContext?.Privileged == true;

    /// <summary>Whether it serves a mirror.</summary>
    internal bool IsMirror => Environment.ContainsKey("NLINKFS_SOURCE") || Command is ["nlinkfs", ..];

    /// <summary>Whether it mounts the share with the kernel's client.</summary>
    internal bool IsMounter => Command.Any(word => word.EndsWith("mount-share.sh", StringComparison.Ordinal));

    /// <summary>Its volume mounts.</summary>
    internal IEnumerable<V1VolumeMount> Mounts => Spec.VolumeMounts ?? [];

    /// <summary>Its volume mounts through which later mounts come or go.</summary>
    internal IEnumerable<V1VolumeMount> PropagatedMounts => Mounts.Where(mount => mount.MountPropagation is "Bidirectional" or "HostToContainer");

    /// <summary>Its probes by their kind.</summary>
    internal IEnumerable<(string Kind, V1Probe Probe)> Probes
    {
        get
        {
            (string, V1Probe?)[] all = [("startup", Spec.StartupProbe), ("readiness", Spec.ReadinessProbe), ("liveness", Spec.LivenessProbe)];
            foreach ((string kind, V1Probe? probe) in all)
            {
                if (probe is not null)
                {
                    yield return (kind, probe);
                }
            }
        }
    }

    /// <summary>Its environment, with what comes from config maps.</summary>
    internal Dictionary<string, string> Environment
    {
        get
        {
            Dictionary<string, string> environment = [];
            foreach (V1EnvFromSource source in Spec.EnvFrom ?? [])
            {
                foreach ((string key, string value) in Pod.Manifest.Objects.OfType<V1ConfigMap>().Single(map => map.Name() == source.ConfigMapRef.Name).Data)
                {
                    environment[key] = value;
                }
            }

            foreach (V1EnvVar variable in Spec.Env ?? [])
            {
                environment[variable.Name] = variable.Value ?? "";
            }

            return environment;
        }
    }

    /// <summary>Where file systems get mounted as far as this container's settings, command and probes name it.</summary>
    internal IEnumerable<string> MountPoints
    {
        get
        {
            foreach (string name in (string[])["NLINKFS_SOURCE", "MOUNT_POINT"])
            {
                if (Environment.TryGetValue(name, out string? path))
                {
                    yield return path;
                }
            }

            if (Command is ["nlinkfs", "run", .. string[] arguments])
            {
                foreach (string path in arguments.TakeWhile(word => word != "--").Where(word => word.StartsWith('/')))
                {
                    yield return path;
                }
            }

            IEnumerable<string> shells = Probes.SelectMany(probe => probe.Probe.Exec?.Command ?? []).Concat(Command);
            foreach (Match match in shells.SelectMany(text => AskedOfMountinfo().Matches(text)))
            {
                yield return match.Groups[1].Value;
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Pod.Name}/{Spec.Name}";

    // grep -q ' /mnt/dfs .* - fuse' /proc/self/mountinfo
    [GeneratedRegex("""grep -q ['"] (/[^ $]+) """)]
    private static partial Regex AskedOfMountinfo();
}
