using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>Bytes: every one of them, at every offset, and at the edges.</summary>
public sealed class ReadingTests
{
    private const string Large = "Shows/Pioneer One/Season 01/Pioneer One - S01E02.mkv";
    private const long LargeSize = 5368709243;

    [Theory]
    [InlineData(SourceKind.CSharp, "passthrough")]
    [InlineData(SourceKind.CSharp, "proxy")]
    [InlineData(SourceKind.Go, "passthrough")]
    [InlineData(SourceKind.Go, "proxy")]
    public void AnyRangeOfALargeFileIsRight(SourceKind kind, string io)
    {
        using Fixture mount = new(kind, [], "--io", io);
        Fd fd = Look.Open(mount.InMirror(Large));
        ulong key = Content.KeyOf(Large);
        Random random = new(7);
        foreach (long offset in (long[])[0, 1, 4095, (1L << 31) - 5, (1L << 32) - 3, (1L << 32) + 1, LargeSize - 1048576, LargeSize - 1])
        {
            int size = (int)Math.Min(1048576, LargeSize - offset);
            byte[] bytes = Look.Bytes(fd, offset, size);
            Assert.Equal(size, bytes.Length);
            Assert.Equal(-1, Content.FirstDifference(key, offset, bytes));
        }

        for (int i = 0; i < 100; i++)
        {
            long offset = random.NextInt64(LargeSize);
            byte[] bytes = Look.Bytes(fd, offset, random.Next(1, 70000));
            Assert.Equal(-1, Content.FirstDifference(key, offset, bytes));
        }

        Assert.Empty(Look.Bytes(fd, LargeSize, 10));
        Assert.Empty(Look.Bytes(fd, LargeSize + (1L << 33), 10));
        Assert.Equal(5, Look.Bytes(fd, LargeSize - 5, 100).Length);
        fd.Close();
    }

    [Theory]
    [InlineData("passthrough")]
    [InlineData("proxy")]
    public void MappedDirectAndSentReadsAreRight(string io)
    {
        using Fixture mount = new(SourceKind.CSharp, [], "--io", io);
        const string File = "Movies/Sintel (2010)/Sintel (2010).mkv";
        using (System.IO.MemoryMappedFiles.MemoryMappedFile map = System.IO.MemoryMappedFiles.MemoryMappedFile.CreateFromFile(
            mount.InMirror(File), FileMode.Open, null, 0, System.IO.MemoryMappedFiles.MemoryMappedFileAccess.Read))
        {
            using System.IO.MemoryMappedFiles.MemoryMappedViewStream view = map.CreateViewStream(0, 3145731, System.IO.MemoryMappedFiles.MemoryMappedFileAccess.Read);
            byte[] bytes = new byte[3145731];
            view.ReadExactly(bytes);
            Assert.Equal(-1, Content.FirstDifference(Content.KeyOf(File), 0, bytes));
        }

        CommandResult direct = Commands.Shell($"dd if='{mount.InMirror(File)}' bs=1M iflag=direct status=none | cmp - '{mount.InSource(File)}'");
        Assert.True(direct.ExitCode == 0, direct.ToString());

        // cp and cat use sendfile, copy_file_range and fadvise.
        CommandResult copied = Commands.Shell($"cp '{mount.InMirror(File)}' '{mount.Tree.At("copy")}' && cat '{mount.InMirror(File)}' | cmp - '{mount.Tree.At("copy")}'");
        Assert.True(copied.ExitCode == 0, copied.ToString());
        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf(File), 0, Look.Bytes(mount.Tree.At("copy"), 0, 3145731)));
    }

    [Fact]
    public void ALargeFileCanBeMappedSharedAndReadBesideThat()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--file", "large=64M"], "--io=proxy");
        string path = mount.InMirror("large");
        using System.IO.MemoryMappedFiles.MemoryMappedFile map = System.IO.MemoryMappedFiles.MemoryMappedFile.CreateFromFile(
            path, FileMode.Open, null, 0, System.IO.MemoryMappedFiles.MemoryMappedFileAccess.Read);
        using System.IO.MemoryMappedFiles.MemoryMappedViewStream view = map.CreateViewStream(
            40 << 20, 5_000_001, System.IO.MemoryMappedFiles.MemoryMappedFileAccess.Read);
        byte[] mapped = new byte[5_000_001];
        view.ReadExactly(mapped);
        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf("large"), 40 << 20, mapped));
        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf("large"), 12345, Look.Bytes(path, 12345, 3_000_000)));
        CommandResult copied = Commands.Shell($"cp '{path}' '{mount.Tree.At("copy")}' && cmp '{mount.InSource("large")}' '{mount.Tree.At("copy")}'");
        Assert.True(copied.ExitCode == 0, copied.ToString());
    }

    [Theory]
    [InlineData(16)] // MiB, through the mirror's page cache
    [InlineData(64)] // and past it
    public void AReadThatFailsHalfWayIsAnErrorAndNeverAShortFile(int megabytes)
    {
        const int Fault = (10 << 20) + 70_001;
        const int Block = 64 << 10;
        const int WholeBlocks = Fault / Block * Block;
        using Fixture mount = new(SourceKind.CSharp, ["--file", $"f={megabytes}M", "--fail-at", $"f={Fault}"], "--io=proxy");
        string path = mount.InMirror("f");
        string copy = mount.Tree.At("copy");
        foreach (string command in (string[])["cat '{0}' >'{1}'", "cp '{0}' '{1}'", "dd if='{0}' of='{1}' bs=64K"])
        {
            CommandResult copied = Commands.Shell(string.Format(System.Globalization.CultureInfo.InvariantCulture, command, path, copy));
            Assert.Equal(1, copied.ExitCode);
            Assert.Contains("Input/output error", copied.Error, StringComparison.Ordinal);
            Assert.Equal(-1, Content.FirstDifference(Content.KeyOf("f"), 0, File.ReadAllBytes(copy)));
        }

        // What was asked for up to the fault was delivered. A page cache delivers the pages before it besides.
        Assert.InRange(new FileInfo(copy).Length, WholeBlocks, Fault);
        Assert.Equal(WholeBlocks, Look.Bytes(path, 0, WholeBlocks).Length);
        Assert.Contains("EIO", Assert.Throws<IOException>(() => Look.Bytes(path, WholeBlocks, Block)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("passthrough")]
    [InlineData("proxy")]
    public void HolesAreHolesAndReadAsZeros(string io)
    {
        const int SeekData = 3;
        const int SeekHole = 4;
        using TempTree tree = new();
        _ = tree.MakeDirectory("source");
        _ = Commands.ShellOutput($"cd '{tree.At("source")}'; truncate -s 8M f; echo -n data | dd of=f bs=1 seek=4194304 conv=notrunc status=none");
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"), "--io", io);
        Fd fd = Look.Open(tree.At("mirror/f"));
        Assert.Equal(Errno.None, Files.Seek(fd, 0, SeekData, out long data));
        Assert.Equal(4194304, data);
        Assert.Equal(Errno.None, Files.Seek(fd, data, SeekHole, out long hole));
        Assert.InRange(hole, 4194305, 4194304 + 65536);
        Assert.Equal(Errno.ENXIO, Files.Seek(fd, 9 << 20, SeekData, out _));
        Assert.All(Look.Bytes(fd, 1 << 20, 65536), b => Assert.Equal(0, b));
        Assert.Equal("data"u8.ToArray(), Look.Bytes(fd, data, 4));
        fd.Close();
    }

    [Theory]
    [InlineData("passthrough")]
    [InlineData("proxy")]
    public void AFileThatShrinksOrGrowsUnderAnOpenHandleShowsIt(string io)
    {
        using TempTree tree = new();
        string file = tree.Write("source/f", new string('a', 100_000));
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"), "--io", io, "--entry-timeout", "0", "--attr-timeout", "0");
        Fd fd = Look.Open(tree.At("mirror/f"));
        Assert.Equal(100_000, Look.Bytes(fd, 0, 200_000).Length);

        using (FileStream stream = new(file, FileMode.Open))
        {
            stream.SetLength(10);
        }

        Assert.Equal(10ul, Look.Of(fd, StatSync.Force).Size);
        Assert.Equal(new string('a', 10), System.Text.Encoding.ASCII.GetString(Look.Bytes(fd, 0, 200_000)));

        File.AppendAllText(file, new string('b', 50_000));
        Assert.Equal(50_010ul, Look.Of(fd, StatSync.Force).Size);
        byte[] grown = Look.Bytes(fd, 0, 200_000);
        Assert.Equal(50_010, grown.Length);
        Assert.All(grown[10..], b => Assert.Equal((byte)'b', b));
        fd.Close();
    }

    [Fact]
    public void ASlowReadHoldsUpNobody()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--read-latency", "3"]);
        long start = Environment.TickCount64;
        Thread[] readers = [.. Enumerable.Range(0, 20).Select(i => new Thread(() => Look.Bytes(mount.InMirror(Large), (long)i << 24, 4096)))];
        foreach (Thread reader in readers)
        {
            reader.Start();
        }

        for (int i = 0; i < 50; i++)
        {
            _ = Look.At(mount.Mirror.Path);
            _ = Look.List(mount.InMirror("Movies"));
        }

        long listed = Environment.TickCount64 - start;
        foreach (Thread reader in readers)
        {
            reader.Join();
        }

        // The order is what counts: all listings were done before the first read was, and the reads did not queue.
        Assert.InRange(listed, 0, 2900);
        Assert.InRange(Environment.TickCount64 - start, 2900, 20 * 3000 / 2);
    }
}
