using System.Text.Json;

namespace NlinkFs.Testing.Containers;

/// <summary>An image that scripts/image.sh has made and unpacked, from the directory that TEST_IMAGES names.</summary>
public sealed class ContainerImage
{
    private ContainerImage(string directory)
    {
        RootFileSystem = Path.Combine(directory, "rootfs");
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(Path.Combine(directory, "config.json")));
        JsonElement process = config.RootElement.GetProperty("process");
        Command = [.. process.GetProperty("args").EnumerateArray().Select(argument => argument.GetString()!)];
        Environment = [.. process.GetProperty("env").EnumerateArray().Select(variable => variable.GetString()!)];
    }

    /// <summary>Its files, which nobody changes.</summary>
    public string RootFileSystem { get; }

    /// <summary>Entry point and arguments.</summary>
    public IReadOnlyList<string> Command { get; }

    /// <summary>"NAME=value", as the image sets it.</summary>
    public IReadOnlyList<string> Environment { get; }

    /// <summary>Finds one by its variant: bookworm, or backports with the newer Samba.</summary>
    /// <exception cref="InvalidOperationException">It has not been made; the message says what makes it.</exception>
    public static ContainerImage Named(string variant)
    {
        string images = System.Environment.GetEnvironmentVariable("TEST_IMAGES") ?? Path.Combine(Programs.Repository, "artifacts/image");
        string directory = Path.Combine(images, variant);
        return File.Exists(Path.Combine(directory, "config.json")) && Directory.Exists(Path.Combine(directory, "rootfs"))
            ? new ContainerImage(directory)
            : throw new InvalidOperationException(
                $"there is no image in {directory}: run ./scripts/image.sh --samba {variant}, or ./scripts/test.sh, which does; TEST_IMAGES names the directory of the images");
    }
}
