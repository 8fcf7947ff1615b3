using System.Diagnostics;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>The source is killed, unmounted, replaced, comes back: the mirror stays, waits, and tells nothing that is not so.</summary>
public sealed class OutageTests : IDisposable
{
    private const string AFile = "Movies/Sintel (2010)/Sintel (2010).mkv";
    private const int AFileSize = 3145731;

    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [MemberData(nameof(SourceMatrix.Both), MemberType = typeof(SourceMatrix))]
    public void RequestsWaitForAKilledSourceAndFindAllAsItWas(SourceKind kind)
    {
        using FragileSource source = new FragileSource(kind, _tree.At("source")).Start();
        using Mounted mirror = Mirror(source);
        const string Describe = "-printf '%P %y %s %i %n %T@\\n' | sort";
        string before = Commands.ShellOutput($"find '{mirror.Path}' {Describe}");
        for (int i = 0; i < 3; i++)
        {
            source.CrashAndClear();
            Thread.Sleep(1200);
            Meanwhile<string> during = new(() => Commands.ShellOutput($"find '{mirror.Path}' {Describe}"));
            Thread.Sleep(500);
            Assert.False(during.IsOver);
            source.Start();
            Assert.Equal(before, during.Result);
        }
    }

    [Theory]
    [MemberData(nameof(SourceMatrix.Both), MemberType = typeof(SourceMatrix))]
    public void AReaderGoesOnThroughThreeRestarts(SourceKind kind)
    {
        const int Size = 48 << 20;
        using FragileSource source = new FragileSource(kind, _tree.At("source"), Dash(kind, "file"), $"big={Size}").Start();
        using Mounted mirror = Mirror(source);
        Fd fd = Look.Open(mirror.At("big"));
        byte[] all = new byte[Size];
        for (int part = 0; part < 4; part++)
        {
            int from = part * Size / 4;
            Look.Bytes(fd, from, Size / 4).CopyTo(all, from);
            if (part < 3)
            {
                source.CrashAndClear();
                Meanwhile<FragileSource> back = new(() =>
                {
                    Thread.Sleep(700);
                    return source.Start();
                });
                Assert.Equal(1000, Look.Bytes(fd, from + (Size / 4), 1000).Length);
                _ = back.Result;
            }
        }

        fd.Close();
        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf("big"), 0, all));
    }

    [Theory]
    [MemberData(nameof(SourceMatrix.Both), MemberType = typeof(SourceMatrix))]
    public void PlainUnmountSucceedsWhileFilesAreOpenAndTheSourceEnds(SourceKind kind)
    {
        using FragileSource source = new FragileSource(kind, _tree.At("source")).Start();
        using Mounted mirror = Mirror(source);
        Fd file = Look.Open(mirror.At(AFile));
        Fd directory = Look.Open(mirror.At("Movies"), OpenFlags.ReadOnly | OpenFlags.Directory);
        _ = Look.Bytes(file, 0, 100_000);
        List<Entry> entries = [];
        _ = Look.ReadSome(directory, 64, entries);

        CommandResult unmounted = source.Unmount();
        Assert.True(unmounted.ExitCode == 0, unmounted.Error);
        Assert.True(Commands.Eventually(() => source.Service.HasExited, 2), "the source still runs: something holds its mount");

        source.Start();
        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf(AFile), 0, Look.Bytes(file, 0, AFileSize)));
        while (Look.ReadSome(directory, 64, entries))
        {
        }

        Assert.Equal(Look.List(mirror.At("Movies")).Select(entry => entry.Name).Order(), entries.Select(entry => entry.Name).Order());
        file.Close();
        directory.Close();
    }

    [Fact]
    public void PastTheGraceItIsEioAndTheRootIsThereAllTheTime()
    {
        using FragileSource source = new FragileSource(SourceKind.CSharp, _tree.At("source")).Start();
        using Mounted mirror = Mirror(source, "--grace=1s", "-o", "entry-timeout=0.1s,attr-timeout=0.1s,negative-timeout=0");
        Fd open = Look.Open(mirror.At(AFile));
        StatxBuffer directory = Look.At(mirror.At("Movies"));
        source.CrashAndClear();
        Thread.Sleep(300);

        Assert.Equal(FileType.Directory, Look.At(mirror.Path).Type);
        Assert.StartsWith("/", Commands.ShellOutput($"stat -f -c '/%b' '{mirror.Path}'"), StringComparison.Ordinal);
        Stopwatch clock = Stopwatch.StartNew();
        Assert.Equal(Errno.EIO, Look.ErrorAt(mirror.At(AFile)));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 10);
        Assert.Equal(Errno.EIO, Look.ErrorAt(mirror.At("no such file")));
        Assert.Equal(Errno.EIO, Files.ReadAt(open, new byte[100], 2_000_000, out _));
        CommandResult list = Commands.Run("/bin/ls", mirror.Path);
        Assert.Contains("Input/output error", list.Error, StringComparison.Ordinal);
        Assert.Equal(FileType.Directory, Look.At(mirror.Path).Type);
        open.Close();

        // A server that cannot enter a file's directory says that the file does not exist.
        Assert.Equal(directory.Ino, Look.At(mirror.At("Movies")).Ino);
        Assert.Contains("Input/output error", Commands.Run("/bin/ls", mirror.At("Movies")).Error, StringComparison.Ordinal);

        source.Start();
        Assert.True(Commands.Eventually(() => !Look.ErrorAt(mirror.At(AFile)).IsError, 5));
    }

    [Theory]
    [MemberData(nameof(SourceMatrix.Both), MemberType = typeof(SourceMatrix))]
    public void WhoHeldAFileThatWasReplacedGetsAnErrorAndNeverOtherBytes(SourceKind kind)
    {
        using FragileSource source = new FragileSource(kind, _tree.At("source"), Dash(kind, "file"), "big=40M", Dash(kind, "file"), "small=1M").Start();
        using Mounted mirror = Mirror(source, "-o", "entry-timeout=60s,attr-timeout=60s");
        Fd[] old = [Look.Open(mirror.At("big")), Look.Open(mirror.At("small"))];
        Assert.All(old, fd => Assert.Equal(1000, Look.Bytes(fd, 0, 1000).Length));
        source.CrashAndClear();
        source.Start(Dash(kind, "file"), "big=41M", Dash(kind, "file"), "small=2M", Dash(kind, "seed"), "7");

        // What is new is seen at once, whatever the kernel was allowed to remember.
        Assert.True(Commands.Eventually(() => mirror.Service.Log.Contains("is back", StringComparison.Ordinal), 5));
        Assert.Equal(41ul << 20, Look.At(mirror.At("big")).Size);
        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf("small", 7), 0, Look.Bytes(mirror.At("small"), 0, 2 << 20)));
        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf("big", 7), 0, Look.Bytes(mirror.At("big"), 0, 41 << 20)));
        foreach ((Fd fd, string name) in old.Zip(["big", "small"]))
        {
            byte[] bytes = new byte[100_000];
            Errno error = Files.ReadAt(fd, bytes, 600_000, out int count);
            Assert.True(error == Errno.EIO || Content.FirstDifference(Content.KeyOf(name), 600_000, bytes.AsSpan(0, count)) == -1, $"{name}: {error}, {count} bytes");
            fd.Close();
        }
    }

    [Fact]
    public void NothingTheKernelRememberedOutlivesTheReturn()
    {
        Assert.SkipUnless(Environment.OSVersion.Version >= new Version(6, 16), "FUSE_NOTIFY_INC_EPOCH came with Linux 6.16");
        using FragileSource source = new FragileSource(SourceKind.CSharp, _tree.At("source"), "--file", "a=1M").Start();
        using Mounted mirror = Mirror(source, "-o", "entry-timeout=60s,attr-timeout=60s,negative-timeout=60s");
        Assert.Equal(1 << 20, new FileInfo(mirror.At("a")).Length);
        Assert.False(File.Exists(mirror.At("b")));
        source.CrashAndClear();
        source.Start("--file", "a=2M", "--file", "b=1M", "--seed", "7");
        mirror.Service.WaitFor("is back");
        Assert.Equal(2 << 20, new FileInfo(mirror.At("a")).Length);
        Assert.True(File.Exists(mirror.At("b")));
    }

    [Fact]
    public void ASourceThatComesBackEmptyIsNotBelieved()
    {
        using FragileSource source = new FragileSource(SourceKind.CSharp, _tree.At("source")).Start();
        using Mounted mirror = Mirror(source);
        int entries = Look.List(mirror.Path).Count;
        source.CrashAndClear();
        source.Start("--wide", "=0");
        Meanwhile<int> during = new(() => Look.List(mirror.Path).Count);
        Thread.Sleep(1500);
        source.CrashAndClear();
        source.Start();
        Assert.Equal(entries, during.Result);
    }

    [Fact]
    public void WithStaleListingWhatWasSeenIsShownAndNothingElse()
    {
        using FragileSource source = new FragileSource(SourceKind.CSharp, _tree.At("source")).Start();
        using Mounted mirror = Mirror(source, "--stale-listing", "--grace=1s", "-o", "entry-timeout=0.1s,attr-timeout=0.1s");
        string seen = Commands.ShellOutput($"ls -lR '{mirror.At("Movies")}'");
        source.CrashAndClear();
        Thread.Sleep(500);
        Assert.Equal(seen, Commands.ShellOutput($"ls -lR '{mirror.At("Movies")}'"));
        Assert.Equal(Errno.EIO, Look.ErrorAt(mirror.At("Movies/never seen")));
        Assert.Contains("Input/output error", Commands.Run("/bin/ls", mirror.At("Shows")).Error, StringComparison.Ordinal);
        Assert.Contains("Input/output error", Commands.Run("/bin/cat", mirror.At(AFile)).Error, StringComparison.Ordinal);
        source.Start();
        Assert.True(Commands.Eventually(() => Look.ErrorAt(mirror.At("Movies/never seen")) == Errno.ENOENT, 5));
    }

    [Fact]
    public void InPassthroughAnOpenFileEndsWithItsSourceAndANewOpenDoesNot()
    {
        using FragileSource source = new FragileSource(SourceKind.CSharp, _tree.At("source")).Start();
        using Mounted mirror = Mirror(source, "--io=passthrough");
        Fd old = Look.Open(mirror.At(AFile));
        _ = Look.Bytes(old, 0, 4096);
        source.CrashAndClear();
        source.Start();
        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf(AFile), 0, Look.Bytes(mirror.At(AFile), 0, AFileSize)));
        Assert.True(Files.ReadAt(old, new byte[4096], 3_000_000, out _).IsError);
        old.Close();
    }

    [Fact]
    public void ADirectoryThatWasMovedAwayAndPutBackIsFollowed()
    {
        _ = _tree.Write("local/file", "one");
        using Mounted mirror = Mounted.Mirror(_tree.At("local"), _tree.At("mirror"));
        Assert.Equal("one", File.ReadAllText(mirror.At("file")));
        Directory.Move(_tree.At("local"), _tree.At("away"));
        Assert.True(Commands.Eventually(() => mirror.Service.Log.Contains("is lost", StringComparison.Ordinal), 5));
        _ = _tree.Write("local/file", "two!");
        Assert.True(Commands.Eventually(() => mirror.Service.Log.Contains("is back", StringComparison.Ordinal), 5));
        Assert.Equal("two!", File.ReadAllText(mirror.At("file")));
    }

    [Fact]
    public void NothingOfTheSourceStaysOpenAndNoThreadIsLeft()
    {
        using FragileSource source = new FragileSource(SourceKind.CSharp, _tree.At("source")).Start();
        using Mounted mirror = Mirror(source);
        (int Descriptors, int Threads) before = default;
        for (int i = 0; i < 12; i++)
        {
            Fd fd = Look.Open(mirror.At(AFile));
            _ = Look.Bytes(fd, 0, 1_000_000);
            _ = Look.List(mirror.At("Movies"));
            source.CrashAndClear();
            source.Start();
            _ = Look.Bytes(fd, 1_000_000, 1_000_000);
            fd.Close();
            if (i == 1)
            {
                Thread.Sleep(2000);
                before = Footprint(mirror);
            }
        }

        Assert.True(Commands.Eventually(() => Footprint(mirror) is var now && now.Descriptors <= before.Descriptors + 2 && now.Threads <= before.Threads + 4, 10),
            $"{before} before, {Footprint(mirror)} after");
    }

    /// <summary>Pipes are left out: each worker has its own, and workers come and go.</summary>
    private static (int Descriptors, int Threads) Footprint(Mounted mirror) =>
        (Directory.GetFiles($"/proc/{mirror.Service.Id}/fd").Count(fd => new FileInfo(fd).LinkTarget?.StartsWith("pipe:", StringComparison.Ordinal) != true),
            Directory.GetDirectories($"/proc/{mirror.Service.Id}/task").Length);

    private static string Dash(SourceKind kind, string option) => kind == SourceKind.Go ? $"-{option}" : $"--{option}";

    private Mounted Mirror(FragileSource source, params string[] options) => Mounted.Mirror(source.Path, _tree.At("mirror"), options);
}
