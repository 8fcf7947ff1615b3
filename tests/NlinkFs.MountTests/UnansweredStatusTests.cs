using NlinkFs.Testing;
using Xunit;
using static NlinkFs.MountTests.Asking;

namespace NlinkFs.MountTests;

/// <summary>nlinkfs status, list and health while the daemon or the source hangs, which is when people ask.</summary>
public sealed class UnansweredStatusTests : IDisposable
{
    private const int Continue = 18;

    private readonly TempTree _tree = new();
    private readonly string _source;
    private readonly string _mirror;

    public UnansweredStatusTests()
    {
        _source = _tree.MakeDirectory("source");
        _mirror = _tree.MakeDirectory("mirror");
        _ = _tree.Write("source/file", "content");
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void AStoppedDaemonHangsNobody()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        StopNow(mirror.Service);
        try
        {
            (CommandResult status, double seconds) = Timed("status", "--timeout=2s", _mirror);
            Assert.InRange(seconds, 1.9, 20);
            Assert.Equal(4, status.ExitCode);
            Assert.Contains($"the daemon (pid {mirror.Service.Id}) does not answer", status.Output, StringComparison.Ordinal);
            Assert.Equal("silent", Json("status", "--timeout=500ms", "--json", _mirror).GetProperty("state").GetString());
            CommandResult live = Nlinkfs("health", "--live", "--timeout=500ms", _mirror);
            Assert.Equal((1, $"not live: the daemon (pid {mirror.Service.Id}) does not answer\n"), (live.ExitCode, live.Output));
            Assert.Matches($@"(?m)^{_mirror} +{_source} +silent ", Nlinkfs("list", "--timeout=500ms").Output);
        }
        finally
        {
            mirror.Service.Signal(Continue);
        }

        Assert.Equal(0, Nlinkfs("health", "--timeout=24h", _mirror).ExitCode);
    }

    [Fact]
    public void AProbeThatIsRepeatedFillsNoQueueForEver()
    {
        const int MoreThanTheQueueHolds = 200;
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        StopNow(mirror.Service);
        try
        {
            for (int i = 0; i < MoreThanTheQueueHolds; i++)
            {
                Assert.Equal(1, Nlinkfs("health", "--timeout=0", _mirror).ExitCode);
            }

            Assert.InRange(Timed("status", "--timeout=1s", _mirror).Seconds, 0, 20);
        }
        finally
        {
            mirror.Service.Signal(Continue);
        }

        Assert.Equal(0, Nlinkfs("status", _mirror).ExitCode);
    }

    [Fact]
    public void AStoppedSourceDoesNotKeepTheDaemonFromAnswering()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--entry-timeout=0", "--attr-timeout=0"], "--entry-timeout=0", "--attr-timeout=0");
        StopNow(mount.Source.Service);
        Service[] waiting = [.. Enumerable.Range(0, 8).Select(i => new Service("/usr/bin/stat", [mount.InMirror($"Movies/missing {i}")]))];
        try
        {
            Assert.True(Commands.Eventually(() => Json("status", "--json", mount.Mirror.Path).GetProperty("workers").GetInt32() > waiting.Length));
            Assert.InRange(Timed("status", "--timeout=30s", mount.Mirror.Path).Seconds, 0, 5);
            Assert.Equal(0, Nlinkfs("health", "--live", mount.Mirror.Path).ExitCode);
        }
        finally
        {
            mount.Source.Service.Signal(Continue);
            foreach (Service one in waiting)
            {
                one.Dispose();
            }
        }
    }

    [Fact]
    public void ALostSourceIsToldAndWhoWaitsForIt()
    {
        using Fixture mount = new(SourceKind.CSharp, [], "--grace=60s", "--entry-timeout=0");
        _ = Commands.ShellOutput($"umount -l '{mount.Source.Path}'");
        Assert.True(Commands.Eventually(() => Nlinkfs("status", mount.Mirror.Path).ExitCode == 3));
        using Service waiting = new("/usr/bin/stat", [mount.InMirror("Movies/missing")]);
        Assert.True(Commands.Eventually(() => Json("status", "--json", mount.Mirror.Path).GetProperty("sourceState").GetProperty("waiting").GetInt32() > 0));
        Assert.Matches($@"(?m)^source:     {mount.Source.Path}, lost since [^;]+; \d calls? waits?, 1 loss$", Nlinkfs("status", mount.Mirror.Path).Output);
        CommandResult ready = Nlinkfs("health", mount.Mirror.Path);
        Assert.Equal(1, ready.ExitCode);
        Assert.StartsWith("not ready: the source is lost since ", ready.Output, StringComparison.Ordinal);
        Assert.Equal(0, Nlinkfs("health", "--live", mount.Mirror.Path).ExitCode);
        Assert.Matches($@"(?m)^{mount.Mirror.Path} +{mount.Source.Path} +lost +proxy ", Nlinkfs("list").Output);
    }
}
