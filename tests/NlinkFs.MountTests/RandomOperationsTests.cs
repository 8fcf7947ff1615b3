using System.Globalization;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>A tree that changes at random, and its mirror, which has to agree with it after every change.</summary>
public sealed class RandomOperationsTests
{
    private const int Operations = 1500;

    [Theory]
    [InlineData(1, "passthrough")]
    [InlineData(2, "proxy")]
    [InlineData(3, "proxy")]
    public void TheMirrorIsTheTree(int seed, string io)
    {
        using TempTree tree = new();
        string source = tree.MakeDirectory("source");
        using Mounted mirror = Mounted.Mirror(source, tree.At("mirror"), "--io", io, "-o", "entry-timeout=0,attr-timeout=0,negative-timeout=0,times=source");
        Random random = new(seed);
        for (int i = 0; i < Operations; i++)
        {
            string done = Change(random, source);
            string path = Pick(random, source, wantDirectory: null) ?? source;
            Compare(path, mirror.Path + path[source.Length..], done);
            if (i % 100 == 99)
            {
                // The directory cache keeps a renamed directory for up to a second.
                Assert.True(Commands.Eventually(() => Tree(source) == Tree(mirror.Path), 3), $"after {done}:\n{Tree(source)}\n{Tree(mirror.Path)}");
            }
        }
    }

    private static string Change(Random random, string root)
    {
        string directory = Pick(random, root, wantDirectory: true) ?? root;
        string target = Path.Combine(directory, $"n{random.Next(12)}");
        bool exists = !Look.ErrorAt(target).IsError;
        string? file = Pick(random, root, wantDirectory: false);
        switch (random.Next(8))
        {
            case 0 when !exists && directory.Length < root.Length + 40:
                _ = Directory.CreateDirectory(target);
                return $"mkdir {target}";
            case 1 or 2 when !exists || Look.At(target).Type == FileType.Regular:
                File.WriteAllText(target, new string((char)('a' + random.Next(26)), random.Next(20_000)));
                return $"write {target}";
            case 3 when !exists:
                _ = File.CreateSymbolicLink(target, $"to/{random.Next(1000)}");
                return $"symlink {target}";
            case 4 when file is not null && (!exists || Look.At(target).Type != FileType.Directory):
                _ = Commands.Run("/bin/mv", "-T", file, target);
                return $"mv {file} {target}";
            case 5 when file is not null:
                File.Delete(file);
                return $"rm {file}";
            case 6 when file is not null && Look.At(file).Type == FileType.Regular:
                File.SetUnixFileMode(file, (UnixFileMode)random.Next(0x1FF));
                return $"chmod {file}";
            case 7 when file is not null && Look.At(file).Type == FileType.Regular && !exists:
                _ = Commands.Run("/bin/ln", file, target);
                return $"ln {file} {target}";
            default:
                return "nothing";
        }
    }

    private static string? Pick(Random random, string root, bool? wantDirectory)
    {
        List<string> candidates = [.. Directory.EnumerateFileSystemEntries(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Where(path => wantDirectory is null || Look.At(path).Type == FileType.Directory == wantDirectory)];
        return candidates.Count == 0 ? null : candidates[random.Next(candidates.Count)];
    }

    private static void Compare(string path, string mirrored, string done)
    {
        StatxBuffer expected = Look.At(path);
        StatxBuffer actual = default;
        Assert.True(Commands.Eventually(() => !Look.ErrorAt(mirrored).IsError, 3), $"{mirrored} is missing after {done}");
        actual = Look.At(mirrored);
        Assert.True(
            (expected.Mode, expected.Uid, expected.Gid, expected.Nlink) == (actual.Mode, actual.Uid, actual.Gid, actual.Nlink)
                && (expected.Type == FileType.Directory || expected.Size == actual.Size)
                && (expected.Mtime.Seconds, expected.Mtime.Nanoseconds) == (actual.Mtime.Seconds, actual.Mtime.Nanoseconds),
            $"{mirrored} differs after {done}");
        if (expected.Type == FileType.Regular)
        {
            Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(mirrored)), $"the content of {mirrored} differs after {done}");
        }
        else if (expected.Type == FileType.Symlink)
        {
            Assert.Equal(new FileInfo(path).LinkTarget, new FileInfo(mirrored).LinkTarget);
        }
    }

    /// <summary>All there is, a line each.</summary>
    private static string Tree(string root) => Commands.ShellOutput(string.Create(
        CultureInfo.InvariantCulture, $"cd '{root}' && find . -mindepth 1 -printf '%P %y %m %n %U:%G %T@ %l' \\( -type d -printf '\\n' -o -printf ' %s\\n' \\) | sort"));
}
