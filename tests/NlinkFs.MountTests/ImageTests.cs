using System.Text.Json;
using System.Text.RegularExpressions;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>What is in the image, and that both ways of building it read one description.</summary>
public sealed class ImageTests
{
    private static readonly string s_container = Path.Combine(Programs.Repository, "container");

    [Theory]
    [InlineData("bookworm", "4.17")]
    [InlineData("backports", "4.22")]
    public void ItHoldsWhatItNeedsAndNothingThatGivesRights(string variant, string samba)
    {
        using UnpackedImage image = new(variant);
        string root = Path.Combine(image.Bundle, "rootfs");
        Assert.Contains(samba, image.Run(["smbd", "--version"]).Output, StringComparison.Ordinal);
        Assert.Equal(0, image.Run(["nlinkfs", "--version"]).ExitCode);
        foreach (string program in (string[])["testparm", "pdbedit", "smbcontrol", "/usr/libexec/samba/samba-dcerpcd", "mount.cifs", "setpriv"])
        {
            CommandResult help = image.Run([program, "--help"]);
            Assert.True(help.ExitCode != 127 && !help.Error.Contains("shared libraries", StringComparison.Ordinal), $"{program}: {help}");
        }

        Assert.Equal("", Commands.ShellOutput($"find '{root}' -xdev -type f -perm /6000"));
        Assert.Equal("", Commands.ShellOutput($"find '{root}/usr/bin' '{root}/usr/sbin' -name 'python*' -o -name 'perl*' -o -name 'apt*' -o -name 'dpkg*'"));
        Assert.Equal("", Commands.ShellOutput($"find '{root}/run' '{root}/tmp' -mindepth 1"));
    }

    [Theory]
    [InlineData("bookworm")]
    [InlineData("backports")]
    public void LabelsAndCommandAreThoseOfTheDockerfile(string variant)
    {
        using UnpackedImage image = new(variant);
        JsonElement config = ConfigOf(Path.Combine(image.Bundle, "oci"));
        string stage = File.ReadAllText(Path.Combine(s_container, "Dockerfile")).Split("FROM scratch")[1];
        Dictionary<string, string> labels = Regex.Matches(stage, "^LABEL (\\S+?)=\"(.*)\"$", RegexOptions.Multiline).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        Assert.InRange(labels.Count, 7, 20);
        Assert.Equal(labels.Keys.Order(), config.GetProperty("Labels").EnumerateObject().Select(label => label.Name).Order());
        foreach ((string name, string value) in labels)
        {
            string built = config.GetProperty("Labels").GetProperty(name).GetString()!;
            Assert.DoesNotContain("$", built, StringComparison.Ordinal);
            Assert.True(value.Contains('$', StringComparison.Ordinal) || built == value, $"{name}: {built}, not {value}");
        }

        Assert.Equal($"debian:{variant}", config.GetProperty("Labels").GetProperty("org.opencontainers.image.base.name").GetString());
        Assert.Equal("nlinkfs-smb", config.GetProperty("Cmd")[0].GetString());
        Assert.Equal("SIGTERM", config.GetProperty("StopSignal").GetString());
        Assert.Contains(config.GetProperty("Env").EnumerateArray(), variable => variable.GetString() == "SHARE_PATH=/export/dfs");
    }

    [Fact]
    public void TheDockerfileTakesTheSameStepsAndTheVersionOfTheProject()
    {
        string dockerfile = File.ReadAllText(Path.Combine(s_container, "Dockerfile"));
        string version = Regex.Match(File.ReadAllText(Path.Combine(Programs.Repository, "Directory.Build.props")), "<Version>(.*)</Version>").Groups[1].Value;
        Assert.All(Regex.Matches(dockerfile, "^ARG VERSION=(.*)$", RegexOptions.Multiline), match => Assert.Equal(version, match.Groups[1].Value));
        foreach (string step in (string[])["scripts/publish.sh", "container/assemble.sh", "container/sbom.sh"])
        {
            Assert.Contains($"./{step} ", dockerfile, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(Programs.Repository, step)), step);
        }

        // What is copied from where it does not exist fails in an engine only.
        Assert.Contains("COPY --from=assemble /rootfs/ /", dockerfile, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bookworm")]
    [InlineData("backports")]
    public void TheBillOfMaterialsNamesEveryPackage(string variant)
    {
        using UnpackedImage image = new(variant);
        string inside = Path.Combine(image.Bundle, "rootfs/usr/local/share/nlinkfs/sbom.spdx.json");
        Assert.Equal(File.ReadAllText(Path.Combine(image.Bundle, "sbom.spdx.json")), File.ReadAllText(inside));
        using JsonDocument bill = JsonDocument.Parse(File.ReadAllText(inside));
        HashSet<string> named = [.. bill.RootElement.GetProperty("packages").EnumerateArray().Select(package => package.GetProperty("name").GetString()!)];
        string[] installed = Commands.ShellOutput($"sed -n 's/^Package: //p' '{Path.Combine(image.Bundle, "rootfs/var/lib/dpkg/status")}'").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(installed.Length, 40, 150);
        Assert.Empty(installed.Except(named));
        Assert.All((string[])["nlinkfs", "samba", "libc6", "Serilog", "System.CommandLine"], name => Assert.Contains(name, named));
    }

    [Fact]
    public void EverySettingIsInSettingsMd()
    {
        string page = File.ReadAllText(Path.Combine(s_container, "SETTINGS.md"));
        string[] known = Regex.Match(File.ReadAllText(Path.Combine(s_container, "rootfs/usr/local/lib/nlinkfs-smb/settings.sh")), "^known='(.*)'", RegexOptions.Multiline).Groups[1].Value.Split(' ');
        Assert.InRange(known.Length, 8, 40);
        Assert.All(known, setting => Assert.Contains($"| `{setting}` |", page, StringComparison.Ordinal));
    }

    private static JsonElement ConfigOf(string layout)
    {
        string BlobOf(JsonElement descriptor) => File.ReadAllText(Path.Combine(layout, "blobs", descriptor.GetProperty("digest").GetString()!.Replace(':', '/')));
        using JsonDocument index = JsonDocument.Parse(File.ReadAllText(Path.Combine(layout, "index.json")));
        using JsonDocument manifest = JsonDocument.Parse(BlobOf(index.RootElement.GetProperty("manifests")[0]));
        using JsonDocument config = JsonDocument.Parse(BlobOf(manifest.RootElement.GetProperty("config")));
        return config.RootElement.GetProperty("config").Clone();
    }
}
