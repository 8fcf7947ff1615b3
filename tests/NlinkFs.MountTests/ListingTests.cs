using System.Text;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>Directories: complete, in order, and at the offset asked for.</summary>
public sealed class ListingTests
{
    private const int SeekSet = 0;

    [Fact]
    public void AHundredThousandEntriesAreListedOnceEach()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--wide", "wide=100000"]);
        List<Entry> entries = Look.List(mount.InMirror("wide"));
        Assert.Equal(100_002, entries.Count);
        Assert.Equal(100_002, entries.Select(entry => entry.Name).Distinct().Count());
        Assert.Equal([".", ".."], entries.Take(2).Select(entry => entry.Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OneCanGoBackToAnyPlaceSeenBefore(bool plus)
    {
        using Fixture mount = new(SourceKind.CSharp, ["--wide", "wide=2000"]);
        Fd fd = Look.Open(mount.InMirror("wide"), OpenFlags.Directory);
        List<Entry> all = Look.List(fd, plus ? 4096 : 512);
        Assert.Equal(2002, all.Count);
        foreach (int position in (int[])[1, 2, 3, 777, 1999, 2001])
        {
            Assert.Equal(Errno.None, Files.Seek(fd, position, SeekSet, out _));
            Assert.Equal(all.Skip(position), Look.List(fd));
        }

        Assert.Equal(Errno.None, Files.Seek(fd, 0, SeekSet, out _));
        Assert.Equal(all, Look.List(fd));
        fd.Close();
    }

    [Fact]
    public void RewindingShowsWhatIsNew()
    {
        using TempTree tree = new();
        _ = tree.Write("source/a");
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"));
        Fd fd = Look.Open(mirror.Path, OpenFlags.Directory);
        Assert.Equal(3, Look.List(fd).Count);
        _ = tree.Write("source/b");
        _ = Files.Seek(fd, 0, SeekSet, out _);
        Assert.Equal([".", "..", "a", "b"], Look.List(fd).Select(entry => entry.Name).Order(StringComparer.Ordinal));
        fd.Close();
    }

    /// <summary>Who has begun to read and meets an error shows too little, and some (smbd) do not say so.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1500)]
    public void AListingThatFailsDoesSoWhenTheDirectoryIsOpened(int after)
    {
        using Fixture mount = new(SourceKind.CSharp, ["--wide", "wide=2000", "--fail-list", $"wide={after}"]);
        Assert.Equal(Errno.None, Files.OpenAt(Fd.WorkingDirectory, Encoding.UTF8.GetBytes(mount.InSource("wide")), OpenFlags.Directory, out Fd source));
        source.Close();
        Assert.Equal(Errno.EIO, Files.OpenAt(Fd.WorkingDirectory, Encoding.UTF8.GetBytes(mount.InMirror("wide")), OpenFlags.Directory, out _));
    }

    [Fact]
    public void TwoReadersDoNotDisturbEachOther()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--wide", "wide=3000"]);
        Fd one = Look.Open(mount.InMirror("wide"), OpenFlags.Directory);
        Fd two = Look.Open(mount.InMirror("wide"), OpenFlags.Directory);
        List<Entry> first = [];
        List<Entry> second = [];
        bool more;
        do
        {
            more = Look.ReadSome(one, 1000, first);
            more |= Look.ReadSome(two, 3000, second);
        }
        while (more);
        one.Close();
        two.Close();
        Assert.Equal(3002, first.Count);
        Assert.Equal(first, second);
    }

    [Fact]
    public void ADirectoryThatChangesWhileItIsReadListsTheRestOnceEach()
    {
        using TempTree tree = new();
        string source = tree.MakeDirectory("source");
        for (int i = 0; i < 2000; i++)
        {
            File.WriteAllText(Path.Combine(source, $"stays{i:0000}"), "");
        }

        using Mounted mirror = Mounted.Mirror(source, tree.At("mirror"));
        Fd fd = Look.Open(mirror.Path, OpenFlags.Directory);
        List<Entry> entries = [];
        for (int round = 0; Look.ReadSome(fd, 2000, entries); round++)
        {
            File.WriteAllText(Path.Combine(source, $"new{round}"), "");
            if (round > 0)
            {
                File.Delete(Path.Combine(source, $"new{round - 1}"));
            }
        }

        fd.Close();
        string[] stays = [.. entries.Select(entry => entry.Name).Where(name => name.StartsWith("stays", StringComparison.Ordinal))];
        Assert.Equal(2000, stays.Length);
        Assert.Equal(entries.Count, entries.Select(entry => entry.Name).Distinct().Count());
    }

    [Fact]
    public void NamesAreBytes()
    {
        using TempTree tree = new();
        string source = tree.MakeDirectory("source");
        byte[][] names =
        [
            [0xff, 0xfe, (byte)'x'], "new\nline"u8.ToArray(), "back\\slash \"quote\" 'tick' $HOME *?"u8.ToArray(), " leading and trailing "u8.ToArray(),
            "caf\u00e9"u8.ToArray(), "cafe\u0301"u8.ToArray(), [.. Enumerable.Repeat((byte)'n', 255)], [.. Enumerable.Repeat((byte)0xa9, 255)],
            [1, 2, 3, 127, 0x80], "-rf"u8.ToArray(), "..."u8.ToArray(), "\u5b57\ud83d\ude00"u8.ToArray(),
        ];
        foreach (byte[] name in names)
        {
            RawFiles.Write([.. Encoding.UTF8.GetBytes(source), (byte)'/', .. name], name);
        }

        using Mounted mirror = Mounted.Mirror(source, tree.At("mirror"));
        HashSet<string> listed = [.. Look.List(mirror.Path).Select(entry => entry.Name)];
        foreach (byte[] name in names)
        {
            Assert.Contains(Encoding.Latin1.GetString(name), listed);
            byte[] path = [.. Encoding.UTF8.GetBytes(mirror.Path), (byte)'/', .. name];
            Assert.Equal((ulong)name.Length, Look.At(path).Size);
            Assert.Equal(name, RawFiles.Read(path));
        }

        Assert.Equal(names.Length + 2, listed.Count);
        Assert.Equal(Errno.ENAMETOOLONG, Look.ErrorAt(Path.Combine(mirror.Path, new string('n', 256))));
    }

    [Fact]
    public void SymbolicLinksPassAsTheyAreAndLeadTheReaderNotUs()
    {
        using TempTree tree = new();
        _ = tree.Write("outside", "outside");
        _ = tree.Write("source/dir/inside", "inside");
        string longTarget = new('t', 4000);
        foreach ((string name, string target) in ((string, string)[])[
            ("relative", "dir/inside"), ("absolute", tree.At("outside")), ("up", "../outside"), ("dangling", "no/such"), ("long", longTarget), ("loop", "loop")])
        {
            _ = File.CreateSymbolicLink(tree.At($"source/{name}"), target);
        }

        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"));
        foreach (string name in (string[])["relative", "absolute", "up", "dangling", "long", "loop"])
        {
            Assert.Equal(Look.Link(Encoding.UTF8.GetBytes(tree.At($"source/{name}"))), Look.Link(Encoding.UTF8.GetBytes(tree.At($"mirror/{name}"))));
            Assert.Equal(FileType.Symlink, Look.At(tree.At($"mirror/{name}")).Type);
        }

        Assert.Equal("inside", File.ReadAllText(tree.At("mirror/relative")));
        Assert.Equal("outside", File.ReadAllText(tree.At("mirror/absolute")));
        Assert.Equal("outside", File.ReadAllText(tree.At("mirror/up")));
    }

    [Fact]
    public void ADirectoryThatBecomesALinkIsNotFollowedOut()
    {
        using TempTree tree = new();
        _ = tree.Write("outside/secret", "secret");
        _ = tree.Write("source/dir/file", "file");
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"), "--entry-timeout", "60s", "--attr-timeout", "0");
        Fd held = Look.Open(tree.At("mirror/dir"), OpenFlags.Directory);
        Directory.Delete(tree.At("source/dir"), recursive: true);
        _ = File.CreateSymbolicLink(tree.At("source/dir"), tree.At("outside"));
        Thread.Sleep(1100);
        Assert.True(Files.StatAt(held, "secret"u8, out _).IsError);
        held.Close();
    }

    [Fact]
    public void SpecialFilesAreShownAsWhatTheyAre()
    {
        using TempTree tree = new();
        _ = tree.MakeDirectory("source");
        _ = Commands.ShellOutput($"cd '{tree.At("source")}'; mkfifo pipe; mknod null c 1 3; mknod disk b 7 200");
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"));
        Assert.Equal(FileType.Fifo, Look.At(tree.At("mirror/pipe")).Type);
        StatxBuffer device = Look.At(tree.At("mirror/null"));
        Assert.Equal((FileType.CharDevice, 1u, 3u), (device.Type, device.RdevMajor, device.RdevMinor));
        Assert.Equal((7u, 200u), (Look.At(tree.At("mirror/disk")).RdevMajor, Look.At(tree.At("mirror/disk")).RdevMinor));

        // nodev: a device in an export opens nothing.
        Assert.Contains("Permission denied", Commands.Shell($"cat '{tree.At("mirror/null")}'").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEntryWhoseAttributesCannotBeHadIsStillListed()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--file", "good=10", "--broken", "bad"]);
        Assert.Equal(Errno.EIO, Look.ErrorAt(mount.InMirror("bad")));
        Assert.Equal([".", "..", "bad", "good"], Look.List(mount.Mirror.Path).Select(entry => entry.Name).Order(StringComparer.Ordinal));
        CommandResult listed = Commands.Run("/bin/ls", "-l", mount.Mirror.Path);
        Assert.Contains("good", listed.Output, StringComparison.Ordinal);
        Assert.Contains("bad", listed.Output, StringComparison.Ordinal);
    }
}
