using System.Diagnostics;
using System.Text;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>The source hangs: its server is stopped (SIGSTOP). Nobody else does.</summary>
public sealed class HangTests : IDisposable
{
    private const string AFile = "Movies/Sintel (2010)/Sintel (2010).mkv";

    private readonly TempTree _tree = new();
    private readonly FragileSource _source;

    public HangTests() => _source = new FragileSource(SourceKind.CSharp, _tree.At("source")).Start();

    public void Dispose()
    {
        _source.Dispose();
        _tree.Dispose();
    }

    [Fact]
    public void ACallPastItsDeadlineIsEioAndAllGoesOnAfterwards()
    {
        using Mounted mirror = Mirror("--deadline=1s:1s");
        Fd open = Look.Open(mirror.At(AFile));
        _source.Freeze();
        Stopwatch clock = Stopwatch.StartNew();
        Assert.Equal(Errno.EIO, Look.ErrorAt(mirror.At("Movies/not yet looked up")));
        Assert.Equal(Errno.EIO, Files.ReadAt(open, new byte[4096], 1_000_000, out _));
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.8, 15);
        Assert.Equal(FileType.Directory, Look.At(mirror.Path).Type);
        Assert.Equal("4096\n", Commands.ShellOutput($"stat -f -c %S '{mirror.Path}'"));
        _source.Thaw();
        Assert.True(Commands.Eventually(() => Look.ErrorAt(mirror.At("Movies/not yet looked up")) == Errno.ENOENT));
        Assert.Equal(4096, Look.Bytes(open, 1_000_000, 4096).Length);
        open.Close();
    }

    [Fact]
    public void ADirectoryIsToldAsItWasLastSeenAndTheFileInItFails()
    {
        using Mounted mirror = Mirror("--deadline=1s:1s", "-o", "entry-timeout=0.1s,attr-timeout=0.1s");
        string directory = Path.GetDirectoryName(mirror.At(AFile))!;
        StatxBuffer before = Look.At(directory);
        Assert.Equal(Errno.None, Look.ErrorAt(mirror.At(AFile)));
        _source.Freeze();
        for (int i = 0; i < 2; i++)
        {
            // For so long the kernel answers for the source.
            Thread.Sleep(1200);
            StatxBuffer now = Look.At(directory);
            Assert.Equal((before.Ino, before.Mode, before.Nlink), (now.Ino, now.Mode, now.Nlink));
            Assert.Equal(Errno.EIO, Look.ErrorAt(mirror.At(AFile)));
        }

        _source.Thaw();
        Assert.True(Commands.Eventually(() => Look.ErrorAt(mirror.At(AFile)) == Errno.None));
    }

    [Fact]
    public void AStalledSourceIsNotAskedUntilItAnswers()
    {
        using Mounted mirror = Mirror("--deadline=1s:1s");
        _source.Freeze();
        Meanwhile<Errno>[] stuck = [.. Enumerable.Range(0, 10).Select(i => new Meanwhile<Errno>(() => Look.ErrorAt(mirror.At($"Movies/missing {i}"))))];
        Assert.All(stuck, task => Assert.Equal(Errno.EIO, task.Result));
        mirror.Service.WaitFor("does not answer");
        int threads = Threads(mirror);
        Stopwatch clock = Stopwatch.StartNew();
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(Errno.EIO, Look.ErrorAt(mirror.At($"Movies/missing too {i}")));
        }

        // One by one against their deadlines they would take 200 s.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 60);
        Assert.InRange(Threads(mirror), 0, threads + 10);
        _source.Thaw();
        mirror.Service.WaitFor("answers again");
        Assert.Equal(Errno.ENOENT, Look.ErrorAt(mirror.At("Movies/missing 1")));
    }

    [Fact]
    public void WhoIsKilledWhileHeWaitsDiesAtOnce()
    {
        using Mounted mirror = Mirror();
        _source.Freeze();
        using Service reader = new("/bin/ls", [mirror.At("Movies/never looked up")]);
        Thread.Sleep(500);
        Assert.False(reader.HasExited);
        reader.Signal(9);
        Assert.True(reader.WaitForExit(5) > 0, "it does not die");
    }

    [Fact]
    public void UnmountAndTermEndTheMirrorAndItsMount()
    {
        using (Mounted mirror = Mirror())
        {
            _source.Freeze();
            using Service reader = new("/bin/ls", [mirror.At("Movies/never looked up")]);
            Thread.Sleep(500);
            CommandResult lazy = Commands.Run(Programs.Nlinkfs, "unmount", "--lazy", mirror.Path);
            Assert.True(lazy.ExitCode == 0, lazy.Error);
            Assert.Null(MountTable.TopAt(Encoding.UTF8.GetBytes(mirror.Path)));
            _source.Thaw();
            Assert.True(Commands.Eventually(() => mirror.Service.HasExited));
        }

        using Mounted second = Mirror();
        Fd open = Look.Open(second.At(AFile));
        _source.Freeze();
        using Service waiting = new("/bin/ls", [second.At("Movies/never looked up")]);
        Thread.Sleep(500);
        second.Service.Signal(15);
        Assert.True(Commands.Eventually(() => MountTable.TopAt(Encoding.UTF8.GetBytes(second.Path)) is null, 5), "it is still mounted");
        Assert.True(Commands.Eventually(() => waiting.HasExited, 15), "who waited still waits");
        Assert.True(Commands.Eventually(() => second.Service.HasExited, 15), $"the daemon has not ended:\n{second.Service.Log}");
        open.Close();
    }

    [Fact]
    public void AFileThatIsClosedMeanwhileDoesNotKeepTheDaemonFromEnding()
    {
        using Mounted mirror = Mirror();
        Fd open = Look.Open(mirror.At(AFile));
        _ = Look.Bytes(open, 0, 4096);
        _source.Freeze();
        Thread.Sleep(300);
        open.Close();
        Thread.Sleep(300);
        mirror.Service.Signal(15);
        Assert.True(mirror.Service.WaitForExit(10) == 0, mirror.Service.Log);
    }

    [Fact]
    public void ASecondMountWorksMeanwhile()
    {
        _source.Freeze();
        using Mounted mirror = Mirror();
        Assert.Equal(FileType.Directory, Look.At(mirror.Path).Type);
        Meanwhile<int> list = new(() => Look.List(mirror.Path).Count);
        Thread.Sleep(500);
        _source.Thaw();
        Assert.True(list.Result > 3);
    }

    [Fact]
    public void AStalledConnectionIsAbortedOnDemand()
    {
        using Mounted mirror = Mirror("--deadline=1s:1s", "--abort-stalled=1s");
        _source.Freeze();
        Meanwhile<Errno>[] stuck = [.. Enumerable.Range(0, 10).Select(i => new Meanwhile<Errno>(() => Look.ErrorAt(mirror.At($"Movies/missing {i}"))))];
        mirror.Service.WaitFor("Aborted the FUSE connection");
        _source.Thaw();
        Assert.True(Commands.Eventually(() => _source.Service.HasExited), "the source has not seen its end");
        _ = Mounts.Unmount(Encoding.UTF8.GetBytes(_source.Path), UnmountFlags.Detach);
        _source.Start();
        Assert.True(Commands.Eventually(() => !Look.ErrorAt(mirror.At(AFile)).IsError));
        Assert.All(stuck, task => Assert.Equal(Errno.EIO, task.Result));
    }

    [Fact]
    public void AfterItsDaemonWasKilledTheMirrorIsMountedAgainAtOnce()
    {
        Mounted first = Mirror();
        Fd open = Look.Open(first.At(AFile));
        first.Service.Signal(9);
        _ = first.Service.WaitForExit();
        using Mounted second = Mirror();
        Assert.Equal(1000, Look.Bytes(second.At(AFile), 0, 1000).Length);
        open.Close();
        first.Service.Dispose();
        Assert.True(_source.Unmount().ExitCode == 0);
    }

    private static int Threads(Mounted mirror) => Directory.GetDirectories($"/proc/{mirror.Service.Id}/task").Length;

    private Mounted Mirror(params string[] options) => Mounted.Mirror(_source.Path, _tree.At("mirror"), options);
}
