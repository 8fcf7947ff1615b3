using System.Text;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>What systemd is told of a mirror (sd_notify).</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private const string Ready = "READY=1";
    private const string Ping = "WATCHDOG=1";
    private const int Terminate = 15;

    private readonly TempTree _tree = new();
    private readonly FragileSource _source;
    private readonly string _mirror;
    private readonly List<Service> _services = [];

    public ServiceManagerTests()
    {
        _source = new FragileSource(SourceKind.CSharp, _tree.At("source"), "--nlink", "zero");
        _mirror = _tree.MakeDirectory("mirror");
    }

    public void Dispose()
    {
        // The source first: what still waits for one that hangs cannot end.
        _source.Dispose();
        _services.ForEach(service => service.Dispose());
        _tree.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ItIsReadyWhenTheMirrorAnswersAndSaysWhenItStops(bool isAbstract)
    {
        List<string?> mountsWhenReady = [];
        using NotifySocket manager = new(isAbstract ? $"@{_tree.Root}" : _tree.At("notify"))
        {
            OnLine = line => mountsWhenReady.AddRange(line == Ready ? [MountTable.TopAt(Encoding.UTF8.GetBytes(_mirror))?.Type] : []),
        };
        Service mirror = Start(manager, "", "mount", "--foreground", "--wait-source", "--source-mount", _source.Path, _mirror);
        manager.WaitFor($"STATUS=Waiting for source {_source.Path}");
        Assert.Equal(0, manager.Count(Ready));
        _source.Start();
        manager.WaitFor(Ready);
        Assert.Equal(["fuse.nlinkfs"], mountsWhenReady);
        Assert.Equal("2\n", Commands.ShellOutput($"stat -c %h '{_mirror}/Movies'"));
        manager.WaitFor($"STATUS=Mirroring {_source.Path} at {_mirror}");
        mirror.Signal(Terminate);
        manager.WaitFor("STOPPING=1");
        Assert.Equal(0, mirror.WaitForExit());
        Assert.DoesNotContain(manager.Lines, line => line == Ping || line.StartsWith("MAINPID", StringComparison.Ordinal));
    }

    [Fact]
    public void TheStatusFollowsTheSource()
    {
        _source.Start();
        using NotifySocket manager = new(_tree.At("notify"));
        _ = Start(manager, "", "mount", "--foreground", _source.Path, _mirror);
        manager.WaitFor("STATUS=Mirroring ");
        _source.CrashAndClear();
        manager.WaitFor($"STATUS=The source {_source.Path} is lost: ");
        int told = manager.Lines.Count;
        _source.Start();
        manager.WaitFor("STATUS=Mirroring ", after: told);
        Assert.Equal(1, manager.Count(Ready));
    }

    [Fact]
    public void TheWatchdogIsFedWhileTheSourceHangs()
    {
        _source.Start();
        using NotifySocket manager = new(_tree.At("notify"));
        _ = Start(manager, "WATCHDOG_USEC=400000 WATCHDOG_PID=$$", "mount", "--foreground", "--deadline=0", _source.Path, _mirror);
        manager.WaitFor(Ready);
        _source.Freeze();
        Meanwhile<CommandResult> reader = new(() => Commands.Run("cat", $"{_mirror}/readme.txt"));
        int before = manager.Count(Ping);
        Assert.True(Commands.Eventually(() => manager.Count(Ping) >= before + 5, 30), "the watchdog is not fed");
        Assert.False(reader.IsOver);
        _source.Thaw();
        Assert.Equal(0, reader.Result.ExitCode);
    }

    [Fact]
    public void AWatchdogOfSomebodyElseIsNotFed()
    {
        _source.Start();
        using NotifySocket manager = new(_tree.At("notify"));
        Service mirror = Start(manager, "WATCHDOG_USEC=1 WATCHDOG_PID=1", "mount", "--foreground", _source.Path, _mirror);
        manager.WaitFor(Ready);
        Assert.Equal(0, mirror.Stop());
        manager.WaitFor("STOPPING=1");
        Assert.Equal(0, manager.Count(Ping));
    }

    [Fact]
    public void InTheBackgroundTheServiceIsTheDaemon()
    {
        _source.Start();
        using NotifySocket manager = new(_tree.At("notify"));
        Assert.Equal(0, Start(manager, "WATCHDOG_USEC=400000 WATCHDOG_PID=$$", "mount", _source.Path, _mirror).WaitForExit(30));
        manager.WaitFor("MAINPID=");
        string daemon = Commands.ShellOutput($"'{Programs.Nlinkfs}' status --json '{_mirror}' | grep -oP '\"pid\":\\s*\\K\\d+'").Trim();
        Assert.Equal(1, manager.Count($"MAINPID={daemon}"));
        manager.WaitFor(Ping);
        Assert.Equal(0, Commands.Run(Programs.Nlinkfs, "unmount", _mirror).ExitCode);
        manager.WaitFor("STOPPING=1");
    }

    [Fact]
    public void ACommandIsNotTheServiceAndRunIsReadyWithIt()
    {
        using NotifySocket manager = new(_tree.At("notify"));
        string seen = _tree.At("seen");
        Service run = Start(
            manager,
            "WATCHDOG_USEC=400000 WATCHDOG_PID=$$",
            ["run", _source.Path, _mirror, "--", "/bin/sh", "-c", $"env > '{seen}.part'; mv '{seen}.part' '{seen}'; exec sleep 1000"]);
        manager.WaitFor("STATUS=Waiting ");
        manager.WaitFor(Ping);
        Assert.Equal(0, manager.Count(Ready));
        Assert.False(File.Exists(seen));
        _source.Start();
        manager.WaitFor(Ready);
        Assert.True(Commands.Eventually(() => File.Exists(seen), 30));
        Assert.DoesNotContain(File.ReadAllLines(seen), line => line.StartsWith("NOTIFY_", StringComparison.Ordinal) || line.StartsWith("WATCHDOG_", StringComparison.Ordinal));
        Assert.Equal(0, run.Stop());
        manager.WaitFor("STOPPING=1");
    }

    [Fact]
    public void AManagerThatIsNotThereIsSaidAndKeepsNobodyFromMounting()
    {
        _source.Start();
        foreach (string address in (string[])[_tree.At("nobody"), "vsock:2:1234", $"/{new string('x', 200)}"])
        {
            Service mirror = Start(address, "WATCHDOG_USEC=400000", "mount", "--foreground", _source.Path, _mirror);
            mirror.WaitFor("Mirroring ");
            mirror.WaitFor("ervice manager");
            Assert.Equal(0, mirror.Stop());
        }
    }

    private Service Start(NotifySocket manager, string environment, params string[] arguments) => Start(manager.Address, environment, arguments);

    /// <summary>Starts it as a service manager does, which sets variables and then executes it in the same process.</summary>
    private Service Start(string address, string environment, params string[] arguments)
    {
        Service service = new("/bin/sh", ["-c", $"export NOTIFY_SOCKET='{address}' {environment}; exec \"$@\"", "sh", Programs.Nlinkfs, .. arguments]);
        _services.Add(service);
        return service;
    }
}
