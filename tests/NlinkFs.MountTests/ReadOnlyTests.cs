using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>Nothing that changes something reaches the source: there, deleting a file can delete a torrent.</summary>
public sealed class ReadOnlyTests
{
    private static readonly string[] s_changes =
    [
        "touch new", "touch readme.txt", "mkdir new", "rmdir Movies", "rm -f readme.txt", "rm -rf Movies", "mv readme.txt other", "ln readme.txt other",
        "ln -s x other", "chmod 600 readme.txt", "chown 1 readme.txt", "truncate -s 0 readme.txt", "dd if=/dev/null of=readme.txt status=none",
        "mkfifo pipe", "mknod node c 1 3", "cp /bin/true Movies/", "echo x >> readme.txt", "setfattr -n user.x -v y readme.txt", "fallocate -l 10 readme.txt",
        "fallocate -l 10 new",
    ];

    public static TheoryData<SourceKind, bool> Cases => new()
    {
        { SourceKind.CSharp, false },
        { SourceKind.CSharp, true },
        { SourceKind.Go, false },
        { SourceKind.Go, true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryChangeIsRefusedAndNothingIsForwarded(SourceKind kind, bool remountedReadWrite)
    {
        using TempTree journals = new();
        string journal = journals.At("journal");
        using Fixture mount = new(kind, ["--journal", journal]);
        if (remountedReadWrite)
        {
            // With the kernel's own refusal out of the way, ours has to stand.
            _ = Commands.ShellOutput($"mount -i -o remount,rw '{mount.Mirror.Path}'");
        }

        foreach (string change in s_changes)
        {
            CommandResult result = Commands.Shell($"cd '{mount.Mirror.Path}' && {change}");
            Assert.True(result.ExitCode != 0, $"{change} was not refused");
            Assert.True(
                result.Error.Contains("Read-only file system", StringComparison.Ordinal) || result.Error.Contains("Operation not supported", StringComparison.Ordinal),
                $"{change}: {result}");
        }

        _ = Commands.Shell($"lsattr '{mount.InMirror("readme.txt")}'; chattr +i '{mount.InMirror("readme.txt")}'");
        Assert.False(File.Exists(journal), File.Exists(journal) ? File.ReadAllText(journal) : "");
        Assert.Equal(37, File.ReadAllBytes(mount.InMirror("readme.txt")).Length);
    }
}
