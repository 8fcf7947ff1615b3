using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>The case that started it all, against both sources: a link count of 0 where a server expects 1 or 2.</summary>
public sealed class LinkCountTests
{
    private const string AFile = "Movies/Sintel (2010)/Sintel (2010).mkv";

    public static TheoryData<SourceKind, string, double> Cases
    {
        get
        {
            TheoryData<SourceKind, string, double> cases = [];
            foreach (SourceKind kind in Enum.GetValues<SourceKind>())
            {
                foreach (string nlink in (string[])["lookup-zero", "zero"])
                {
                    foreach (double timeout in (double[])[0, 1, 60])
                    {
                        cases.Add(kind, nlink, timeout);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ZerosAreNeverSeenHoweverOneLooks(SourceKind kind, string nlink, double timeout)
    {
        string seconds = timeout.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using Fixture mount = new(
            kind, ["--nlink", nlink, "--entry-timeout", seconds, "--attr-timeout", seconds], "--entry-timeout", "0", "--attr-timeout", "0");
        if (timeout > 0 || nlink == "zero")
        {
            Assert.Equal(0u, Look.At(mount.InSource(AFile)).Nlink);
        }

        // The root is never looked up, only GETATTR reports it.
        Assert.Equal(2u, Look.At(mount.Mirror.Path).Nlink);

        // First stat: LOOKUP. Then GETATTR and STATX of the same node.
        Assert.Equal(1u, Look.At(mount.InMirror(AFile)).Nlink);
        Fd fd = Look.Open(mount.InMirror(AFile));
        Assert.Equal(1u, Look.Of(fd, StatSync.Force).Nlink);
        fd.Close();
        Assert.Equal(2u, Look.At(mount.InMirror("Movies")).Nlink);

        // By listing: READDIRPLUS, then stat of what it told.
        foreach (string line in Commands.ShellOutput($"find '{mount.Mirror.Path}' -printf '%y %n %P\\n'").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.StartsWith(line[0] == 'd' ? "d 2 " : $"{line[0]} 1 ", line, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(SourceMatrix.Both), MemberType = typeof(SourceMatrix))]
    public void TrueCountsPass(SourceKind kind)
    {
        using Fixture mount = new(kind, ["--nlink", "true"]);
        Assert.Equal(2u, Look.At(mount.InMirror("Movies")).Nlink);
        Assert.Equal(1u, Look.At(mount.InMirror(AFile)).Nlink);
    }

    [Fact]
    public void HardLinksOfAGoodSourceKeepTheirCount()
    {
        using TempTree tree = new();
        string file = tree.Write("source/a", "x");
        Assert.Equal(0, Commands.Run("/bin/ln", file, tree.At("source/b")).ExitCode);
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"));
        Assert.Equal(2u, Look.At(tree.At("mirror/a")).Nlink);
    }

    [Fact]
    public void AlwaysAndOffAndOneForDirectories()
    {
        using Fixture off = new(SourceKind.CSharp, [], "--nlink", "off");
        Assert.Equal(0u, Look.At(off.InMirror("Movies")).Nlink);
        using Fixture one = new(SourceKind.CSharp, [], "-o", "nlink=always,dir-nlink=1");
        Assert.Equal(1u, Look.At(one.InMirror("Movies")).Nlink);
    }

    [Fact]
    public void AFileDeletedWhileOpenHasNoLinksLeft()
    {
        using TempTree tree = new();
        string file = tree.Write("source/a", "still there");
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"), "--attr-timeout", "0", "--entry-timeout", "0");
        Fd fd = Look.Open(tree.At("mirror/a"));
        File.Delete(file);
        Assert.Equal(0u, Look.Of(fd, StatSync.Force).Nlink);
        Assert.Equal("still there"u8.ToArray(), Look.Bytes(fd, 0, 100));
        fd.Close();
    }
}
