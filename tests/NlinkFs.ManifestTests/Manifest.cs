using k8s;
using k8s.Models;

namespace NlinkFs.ManifestTests;

/// <summary>Rendered YAML as Kubernetes' own types. A field that does not exist there, or has another type, is an error.</summary>
internal sealed class Manifest
{
    private static readonly Dictionary<string, Manifest> s_shipped = [];

    private Manifest(string yaml)
    {
        Yaml = yaml;
        Objects = [.. KubernetesYaml.LoadAllFromString(yaml, null, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()];
    }

    /// <summary>The bases in the repository.</summary>
    internal static string[] Bases => ["share", "mounter", "direct", "consumers"];

    /// <summary>The text.</summary>
    internal string Yaml { get; }

    /// <summary>All objects, in their order.</summary>
    internal IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects { get; }

    /// <summary>What the workloads start, each under its workload's name.</summary>
    internal IEnumerable<Pod> Pods => Objects.Select(o => o switch
    {
        V1Deployment d => new Pod(d.Name(), d.Spec.Template, this),
        V1DaemonSet d => new Pod(d.Name(), d.Spec.Template, this),
        _ => null,
    }).OfType<Pod>();

    /// <summary>All containers of all pods.</summary>
    internal IEnumerable<PodContainer> Containers => Pods.SelectMany(pod => pod.Containers);

    /// <summary>A base as it is in the repository.</summary>
    internal static Manifest Shipped(string name)
    {
        lock (s_shipped)
        {
            if (!s_shipped.TryGetValue(name, out Manifest? manifest))
            {
                s_shipped[name] = manifest = Parse(Kustomize.Render(Path.Combine(Kustomize.Bases, name)));
            }

            return manifest;
        }
    }

    /// <summary>Parses rendered YAML.</summary>
    internal static Manifest Parse(string yaml) => new(yaml);

    /// <summary>The only object of a type, or the one of that name.</summary>
    internal T The<T>(string? name = null)
        where T : IKubernetesObject<V1ObjectMeta> => Objects.OfType<T>().Single(o => name is null || o.Name() == name);
}
