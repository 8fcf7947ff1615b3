namespace NlinkFs.Testing.Containers;

/// <summary>An image that scripts/image.sh has made and unpacked, from the directory that TEST_IMAGES names.</summary>
public sealed class ContainerImage
{
    private ContainerImage(string directory)
    {
        RootFileSystem = Path.Combine(directory, "rootfs");
        RuntimeConfig = File.ReadAllText(Path.Combine(directory, "config.json"));
    }

    /// <summary>Its files, which nobody changes.</summary>
    public string RootFileSystem { get; }

    /// <summary>What runc(8) is told of it: a config.json of the OCI runtime specification.</summary>
    public string RuntimeConfig { get; }

    /// <summary>Finds one by its variant: bookworm, or backports with the newer Samba.</summary>
    /// <exception cref="InvalidOperationException">It has not been made; the message says what makes it.</exception>
    public static ContainerImage Named(string variant)
    {
        string images = Environment.GetEnvironmentVariable("TEST_IMAGES") ?? Path.Combine(Programs.Repository, "artifacts/image");
        string directory = Path.Combine(images, variant);
        return File.Exists(Path.Combine(directory, "config.json")) && Directory.Exists(Path.Combine(directory, "rootfs"))
            ? new ContainerImage(directory)
            : throw new InvalidOperationException(
                $"there is no image in {directory}: run ./scripts/image.sh --samba {variant}, or ./scripts/test.sh, which does; TEST_IMAGES names the directory of the images");
    }
}
