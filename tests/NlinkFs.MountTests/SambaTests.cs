using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>What it is all for: a stock smbd exports the mirror of a source that it cannot export itself.</summary>
public sealed class SambaTests
{
    private const string Small = "Movies/Sintel (2010)/Sintel (2010).en.srt";
    private const string Medium = "Movies/Big Buck Bunny (2008)/Big Buck Bunny (2008).mkv";
    private const string Large = "Shows/Pioneer One/Season 01/Pioneer One - S01E02.mkv";

    [Theory]
    [MemberData(nameof(SourceMatrix.Both), MemberType = typeof(SourceMatrix))]
    public void ItRefusesTheSourceItself(SourceKind kind)
    {
        using TempTree tree = new();
        using Mounted source = Mounted.Source(kind, tree.At("source"), "--nlink", "zero");
        using Samba samba = new(source.Path);
        CommandResult listed = samba.Client("ls");
        Assert.NotEqual(0, listed.ExitCode);
        Assert.Contains("NT_STATUS_OBJECT_PATH_NOT_FOUND", listed.Output + listed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SourceKind.CSharp, "zero")]
    [InlineData(SourceKind.CSharp, "lookup-zero")]
    [InlineData(SourceKind.Go, "zero")]
    [InlineData(SourceKind.Go, "lookup-zero")]
    public void ItExportsTheMirrorByteForByte(SourceKind kind, string nlink)
    {
        using Fixture mount = new(kind, ["--nlink", nlink]);
        using Samba samba = new(mount.Mirror.Path);
        using TempTree got = new();

        Assert.Equal(SmbListing.Of(mount.Source.Path), SmbListing.Of(samba.Client("recurse; ls")));
        foreach (string file in (string[])[Small, Medium, "readme.txt", "empty.txt", "Music/Caf\u00e9/\u00e9tude.flac"])
        {
            string copy = got.At("copy");
            CommandResult result = samba.Client($"get \"{file.Replace('/', '\\')}\" {copy}");
            Assert.True(result.ExitCode == 0, result.ToString());
            Assert.Equal(File.ReadAllBytes(mount.InSource(file)), File.ReadAllBytes(copy));
            File.Delete(copy);
        }

        CommandResult missing = samba.Client("get no-such-file");
        Assert.Contains("NT_STATUS_OBJECT_NAME_NOT_FOUND", missing.Output + missing.Error, StringComparison.Ordinal);
        CommandResult directory = samba.Client("allinfo Movies");
        Assert.Contains("attributes: D (10)", directory.Output, StringComparison.Ordinal);
        foreach (string change in (string[])["mkdir new", "del readme.txt", "rename readme.txt other", $"put {got.Write("local", "x")} new"])
        {
            CommandResult refused = samba.Client(change);
            Assert.Matches("NT_STATUS_(ACCESS_DENIED|MEDIA_WRITE_PROTECTED)", refused.Output + refused.Error);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1500)]
    public void AListingThatFailsInTheSourceIsNotShownWithThingsMissing(int after)
    {
        using Fixture mount = new(SourceKind.CSharp, ["--wide", "wide=2000", "--fail-list", $"wide={after}"]);
        using Samba samba = new(mount.Mirror.Path);
        CommandResult listed = samba.Client("ls wide\\*");
        Assert.Contains("NT_STATUS_IO_DEVICE_ERROR", listed.Output + listed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("f000001.bin", listed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SourceMatrix.Both), MemberType = typeof(SourceMatrix))]
    public void RangesBeyondFourGigabytesAreRight(SourceKind kind)
    {
        using Fixture mount = new(kind, []);
        using Samba samba = new(mount.Mirror.Path);
        using TempTree got = new();

        // reget goes on where a local file ends: a sparse one of the right size makes it read the file's last bytes only.
        const long Size = 5368709243;
        string copy = got.At("copy");
        foreach (long offset in (long[])[Size - 3_000_001, (1L << 32) + 1_070_000_000])
        {
            using (FileStream stream = new(copy, FileMode.Create))
            {
                stream.SetLength(offset);
            }

            CommandResult result = samba.Client($"reget \"{Large.Replace('/', '\\')}\" {copy}");
            Assert.True(result.ExitCode == 0, result.ToString());
            Assert.Equal(Size, new FileInfo(copy).Length);
            Assert.Equal(-1, Content.FirstDifference(Content.KeyOf(Large), offset, Look.Bytes(copy, offset, (int)(Size - offset))));
        }
    }

    [Fact]
    public void TwoClientsAtOnceGetTheirOwn()
    {
        using Fixture mount = new(SourceKind.Go, []);
        using Samba samba = new(mount.Mirror.Path);
        using TempTree got = new();
        string[] files = [Medium, "Movies/Sintel (2010)/Sintel (2010).mkv"];
        CommandResult[] results = new CommandResult[2];
        Thread[] clients = [.. Enumerable.Range(0, 2).Select(i => new Thread(() =>
            results[i] = samba.Client(string.Join(';', Enumerable.Repeat($"get \"{files[i].Replace('/', '\\')}\" {got.At($"copy{i}")}", 5)))))];
        foreach (Thread client in clients)
        {
            client.Start();
        }

        foreach (Thread client in clients)
        {
            client.Join();
        }

        for (int i = 0; i < 2; i++)
        {
            Assert.True(results[i].ExitCode == 0, results[i].ToString());
            byte[] bytes = File.ReadAllBytes(got.At($"copy{i}"));
            Assert.Equal(-1, Content.FirstDifference(Content.KeyOf(files[i]), 0, bytes));
        }
    }
}
