using System.Text;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>What is exported stays itself, whatever the source makes up: inode numbers, times, sizes of nothing.</summary>
public sealed class IdentityTests
{
    private const string AFile = "Movies/Big Buck Bunny (2008)/Big Buck Bunny (2008).mkv";
    private const int AFileSize = 6291456;

    public static TheoryData<SourceKind, string> Clocks
    {
        get
        {
            TheoryData<SourceKind, string> cases = [];
            foreach (SourceKind kind in Enum.GetValues<SourceKind>())
            {
                foreach (string times in (string[])["lookup-true", "drift"])
                {
                    cases.Add(kind, times);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public void NumbersAndTimesStayThoughTheSourceMakesThemUpAtEveryLook(SourceKind kind, string times)
    {
        using Fixture mount = new(
            kind,
            ["--ino", "churn", "--times", times, "--entry-timeout", "0", "--attr-timeout", "0"],
            "--entry-timeout", "0", "--attr-timeout", "0");
        ulong churned = Look.At(mount.InSource(AFile)).Ino;
        Assert.NotEqual(churned, Look.At(mount.InSource(AFile)).Ino);

        Fd fd = Look.Open(mount.InMirror(AFile));
        StatxBuffer first = Look.At(mount.InMirror(AFile));
        for (int i = 0; i < 20; i++)
        {
            AssertSame(first, Look.At(mount.InMirror(AFile)));
            AssertSame(first, Look.Of(fd, StatSync.Force));
            Thread.Sleep(60);
        }

        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf(AFile), 0, Look.Bytes(fd, 0, AFileSize)));
        fd.Close();
        Assert.Equal(first.Ino, IdOfListed(mount, AFile));
    }

    [Theory]
    [InlineData("lookup-true")]
    [InlineData("drift")]
    [InlineData("stable")]
    public void ThePageCacheOfAnUnchangedFileIsKeptOverOpens(string times)
    {
        using Fixture mount = new(
            SourceKind.CSharp, ["--times", times, "--entry-timeout", "0", "--attr-timeout", "0"], "--entry-timeout", "0", "--attr-timeout", "0");
        _ = Look.Bytes(mount.InMirror(AFile), 0, AFileSize);
        Thread.Sleep(1100);
        _ = Look.Bytes(mount.InMirror(AFile), 0, AFileSize);
        long reads = mount.Count("READ");
        _ = Look.Bytes(mount.InMirror(AFile), 0, AFileSize);
        Assert.Equal(reads, mount.Count("READ"));
    }

    [Theory]
    [MemberData(nameof(SourceMatrix.Both), MemberType = typeof(SourceMatrix))]
    public void NumbersAreTheSameAfterBothAreMountedAnew(SourceKind kind)
    {
        using TempTree tree = new();
        string[] runs = new string[2];
        for (int run = 0; run < runs.Length; run++)
        {
            using Mounted source = Mounted.Source(kind, tree.At("source"));
            using Mounted mirror = Mounted.Mirror(source.Path, tree.At("mirror"));

            // In another order each time: go-fuse numbers in the order of lookups.
            runs[run] = Commands.ShellOutput($"cd '{mirror.Path}'; find . -printf '%i %P\\n' | sort {(run == 0 ? "" : "-r")} | sort");
        }

        Assert.Equal(runs[0], runs[1]);
    }

    [Theory]
    [MemberData(nameof(SourceMatrix.Both), MemberType = typeof(SourceMatrix))]
    public void ListedNumbersAreStatNumbersUniqueAndTheRootIsOne(SourceKind kind)
    {
        using Fixture mount = new(kind, ["--sample", "--wide", "wide=3000"]);
        Assert.Equal(1ul, Look.At(mount.Mirror.Path).Ino);
        HashSet<ulong> seen = [];
        foreach (string directory in (string[])["", "Movies", "Movies/Sintel (2010)", "wide"])
        {
            StatxBuffer self = Look.At(mount.InMirror(directory));
            foreach (Entry entry in Look.List(mount.InMirror(directory)))
            {
                switch (entry.Name)
                {
                    case ".":
                        Assert.Equal(self.Ino, entry.Ino);
                        break;
                    case "..":
                        Assert.Equal(directory.Length == 0 ? 1 : Look.At(Path.GetDirectoryName(mount.InMirror(directory))!).Ino, entry.Ino);
                        break;
                    default:
                        StatxBuffer stat = Look.At(Path.Combine(mount.InMirror(directory), entry.Name));
                        Assert.Equal(stat.Ino, entry.Ino);
                        Assert.Equal(stat.Type, entry.Type);
                        Assert.True(seen.Add(entry.Ino), $"{entry.Name} shares its number");
                        break;
                }
            }
        }
    }

    [Fact]
    public void TypesAreListedThoughTheSourceDoesNotTellThem()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--types", "unknown"]);
        Assert.All(Look.List(mount.Mirror.Path), entry => Assert.Equal(Look.At(mount.InMirror(entry.Name)).Type, entry.Type));
    }

    [Theory]
    [MemberData(nameof(SourceMatrix.Both), MemberType = typeof(SourceMatrix))]
    public void SpaceAndBlocksAreNotZero(SourceKind kind)
    {
        using Fixture mount = new(kind, []);
        Assert.Equal("0 0\n", Commands.ShellOutput($"stat -f -c '%b %a' '{mount.Source.Path}'"));
        string[] space = Commands.ShellOutput($"stat -f -c '%s %b %a %l' '{mount.Mirror.Path}'").Trim().Split(' ');
        Assert.All(space, number => Assert.NotEqual("0", number));
        Assert.Equal((ulong)AFileSize / 512, Look.At(mount.InMirror(AFile)).Blocks);
        Assert.Equal(0, Commands.Run("df", mount.Mirror.Path).ExitCode);
    }

    [Fact]
    public void OwnerGroupAndModeCanBeSet()
    {
        using Fixture mount = new(SourceKind.CSharp, [], "--force-user", "nobody", "--force-group", "4711", "--perms", "a=rX");
        StatxBuffer file = Look.At(mount.InMirror(AFile));
        Assert.Equal((65534u, 4711u, (ushort)0x8124), (file.Uid, file.Gid, file.Mode));
        Assert.Equal((ushort)0x416D, Look.At(mount.InMirror("Movies")).Mode);
    }

    [Theory]
    [InlineData("passthrough")]
    [InlineData("proxy")]
    public void AFileReplacedWhileOpenIsAnotherFile(string io)
    {
        using TempTree tree = new();
        string path = tree.Write("source/file", "the old one");
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"), "--io", io, "--entry-timeout", "0", "--attr-timeout", "0");
        Fd old = Look.Open(tree.At("mirror/file"));
        Assert.Equal("the old one"u8.ToArray(), Look.Bytes(old, 0, 100));
        File.Move(tree.Write("source/next", "the new one, longer"), path, overwrite: true);
        Assert.Equal("the new one, longer"u8.ToArray(), Look.Bytes(tree.At("mirror/file"), 0, 100));
        Assert.Equal("the old one"u8.ToArray(), Look.Bytes(old, 0, 100));
        Assert.Equal(11ul, Look.Of(old, StatSync.Force).Size);
        old.Close();
    }

    [Theory]
    [InlineData("passthrough")]
    [InlineData("proxy")]
    public void AFileReplacedByOneOfTheSameSizeIsSeenAnew(string io)
    {
        using TempTree tree = new();
        string path = tree.Write("source/file", "old!");
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"), "--io", io, "--entry-timeout", "0", "--attr-timeout", "0");
        Assert.Equal("old!"u8.ToArray(), Look.Bytes(tree.At("mirror/file"), 0, 100));
        File.Move(tree.Write("source/next", "new!"), path, overwrite: true);
        Assert.Equal("new!", Encoding.ASCII.GetString(Look.Bytes(tree.At("mirror/file"), 0, 100)));
    }

    private static ulong IdOfListed(Fixture mount, string path) =>
        Look.List(Path.GetDirectoryName(mount.InMirror(path))!).Single(entry => entry.Name == Path.GetFileName(path)).Ino;

    private static void AssertSame(StatxBuffer expected, StatxBuffer actual)
    {
        Assert.Equal(expected.Ino, actual.Ino);
        Assert.Equal((expected.Mtime.Seconds, expected.Mtime.Nanoseconds), (actual.Mtime.Seconds, actual.Mtime.Nanoseconds));
        Assert.Equal((expected.Ctime.Seconds, expected.Atime.Seconds), (actual.Ctime.Seconds, actual.Atime.Seconds));
        Assert.Equal((expected.Size, expected.Mode, expected.Nlink), (actual.Size, actual.Mode, actual.Nlink));
    }
}
