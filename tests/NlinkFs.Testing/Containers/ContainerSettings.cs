namespace NlinkFs.Testing.Containers;

/// <summary>What a pod's manifest says of one container.</summary>
public sealed record ContainerSettings
{
    /// <summary>The image.</summary>
    public required ContainerImage Image { get; init; }

    /// <summary>Runs instead of the image's own command.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>"NAME=value", besides the image's own.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>All devices and many capabilities; otherwise what the image asks for.</summary>
    public bool Privileged { get; init; }

    /// <summary>Its network namespace.</summary>
    public required string Network { get; init; }

    /// <summary>Directories of the machine that it sees.</summary>
    public IReadOnlyList<Volume> Volumes { get; init; } = [];
}

/// <summary>A directory of the machine in a container.</summary>
/// <param name="Path">On the machine.</param>
/// <param name="MountPath">In the container.</param>
/// <param name="Propagation">Whose mounts reach whom.</param>
public sealed record Volume(string Path, string MountPath, Propagation Propagation = Propagation.None);

/// <summary>Kubernetes' names for mount propagation, and the kernel's.</summary>
public enum Propagation
{
    /// <summary>rprivate.</summary>
    None,

    /// <summary>rslave: mounts on the machine reach the container.</summary>
    HostToContainer,

    /// <summary>rshared: and the container's reach the machine.</summary>
    Bidirectional,
}
