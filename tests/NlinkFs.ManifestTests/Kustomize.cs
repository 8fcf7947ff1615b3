using NlinkFs.Testing;

namespace NlinkFs.ManifestTests;

/// <summary>Rendering with <c>kubectl kustomize</c>, Debian's or a newer one.</summary>
internal static class Kustomize
{
    /// <summary>Where the bases are.</summary>
    internal static string Bases => Path.Combine(Programs.Repository, "container/kubernetes");

    /// <summary>What <c>kubectl apply -k</c> would send for a directory.</summary>
    internal static string Render(string directory)
    {
        CommandResult result = Commands.Run("kubectl", "kustomize", directory);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"kubectl kustomize {directory}: {result}");
    }
}
