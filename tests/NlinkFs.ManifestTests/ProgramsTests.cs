using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.ManifestTests;

/// <summary>The image has the programs that the manifests call in it.</summary>
public sealed class ProgramsTests
{
    [Theory]
    [InlineData("bookworm", "sh umount timeout sleep mkdir chmod chown grep nlinkfs nlinkfs-smb smbd mount.cifs")]
    [InlineData("backports", "sh umount timeout sleep mkdir chmod chown grep nlinkfs nlinkfs-smb smbd mount.cifs")]
    public void TheImageHasWhatTheManifestsCall(string variant, string programs)
    {
        string images = Environment.GetEnvironmentVariable("TEST_IMAGES") ?? Path.Combine(Programs.Repository, "artifacts/image");
        string root = Path.Combine(images, variant, "rootfs");
        Assert.True(Directory.Exists(root), $"{root} is missing: run ./scripts/image.sh --samba {variant}");

        CommandResult found = Commands.Run("chroot", root, "/bin/sh", "-c", $"PATH=/usr/local/bin:/usr/bin:/usr/sbin; for p in {programs}; do command -v $p >/dev/null || echo $p; done");

        Assert.True(found.ExitCode == 0, $"{found}");
        Assert.Equal("", found.Output.Trim());
    }
}
