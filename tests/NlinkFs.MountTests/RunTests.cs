using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>nlinkfs run: a mirror and a command on it, as a container has them.</summary>
public sealed class RunTests : IDisposable
{
    private const string AFile = "Movies/Sintel (2010)/Sintel (2010).mkv";
    private const int Hangup = 1;
    private const int Kill = 9;
    private const int Terminate = 15;

    private readonly TempTree _tree = new();
    private readonly FragileSource _source;
    private readonly string _mirror;
    private readonly List<Service> _services = [];

    public RunTests()
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

    [Fact]
    public void TheCommandFindsTheMirrorAndItsEndIsTheEnd()
    {
        _source.Start();
        CommandResult result = RunOnce("--restarts=0", $"stat -c %h '{_mirror}/Movies' '{_mirror}/readme.txt'; exit 7");
        Assert.True(result.ExitCode == 7, result.ToString());
        Assert.Equal("2\n1\n", result.Output);
        Assert.False(IsMounted());
    }

    [Fact]
    public void WhatCannotBeRunIsSaidWithTheExitCodesOfShells()
    {
        _source.Start();
        Assert.Equal(127, Nlinkfs("run", _source.Path, _mirror, "--", "no-such-program").ExitCode);
        Assert.Equal(126, Nlinkfs("run", _source.Path, _mirror, "--", _tree.Write("not-executable")).ExitCode);
        Assert.False(IsMounted());
        foreach (string[] wrong in (string[][])[["smbd"], ["--", "--"], [], ["--restarts=some", "--", "smbd"], ["-o", "private", "--no-such", "--", "smbd"]])
        {
            CommandResult result = Nlinkfs(["run", _source.Path, _mirror, .. wrong]);
            Assert.True(result.ExitCode is 1 or 127, $"{string.Join(' ', wrong)}: {result}");
        }
    }

    [Fact]
    public void WhatEndsIsStartedAgainAndGivenUpWithItsExitCode()
    {
        _source.Start();
        Stopwatch clock = Stopwatch.StartNew();
        CommandResult result = RunOnce("--restarts=2", "echo started; kill -9 $$");
        Assert.True(result.ExitCode == 137, result.ToString());
        Assert.Equal("started\nstarted\nstarted\n", result.Output);
        Assert.InRange(clock.Elapsed.TotalSeconds, 3, 30);
        Assert.Contains("exit code 137", result.Error, StringComparison.Ordinal);
        Assert.False(IsMounted());
    }

    [Fact]
    public void WhileItIsNotRunningItIsNotReady()
    {
        _source.Start();
        Service run = Run($"test -e '{_tree.At("wrong")}' && exec sleep 1000; exit 3");
        run.WaitFor("starting it again in 2 s");
        CommandResult health = Nlinkfs("health", _mirror);
        Assert.True(health.ExitCode == 1 && health.Output.Contains("ended with exit code 3", StringComparison.Ordinal), health.ToString());
        Assert.Equal(0, Nlinkfs("health", "--live", _mirror).ExitCode);
        _ = _tree.Write("wrong");
        Assert.True(Commands.Eventually(() => Nlinkfs("health", _mirror).ExitCode == 0));
        Assert.Equal(0, run.Stop());
    }

    [Theory]
    [InlineData("")]
    [InlineData("trap '' TERM;")]
    public void TermUnderLoadEndsAllOfIt(string stubborn)
    {
        _source.Start();
        Service run = Run($"{stubborn} for i in 1 2 3 4; do while :; do cat '{_mirror}/{AFile}' > /dev/null; done & done; setsid sleep 1000 & cd '{_mirror}'; echo daemon $!; wait");
        int command = CommandOf(run);
        run.WaitFor("daemon ");
        int daemon = int.Parse(Regex.Match(run.Log, "daemon (\\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Thread.Sleep(500);
        EndsWithin10Seconds(run);
        Assert.Equal(Errno.ESRCH, Processes.Kill(-command, 0));
        Assert.False(Directory.Exists($"/proc/{daemon}"), "what left the command's group lives on");
    }

    [Fact]
    public void ASecondSignalHurries()
    {
        _source.Start();
        Service run = Run("trap '' TERM; echo deaf; while sleep 0.1; do :; done");
        run.WaitFor("deaf");
        Stopwatch clock = Stopwatch.StartNew();
        run.Signal(Terminate);
        run.WaitFor("Told to stop");
        run.Signal(Terminate);
        Assert.Equal(0, run.WaitForExit());
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 4);
        Assert.False(IsMounted());
    }

    [Fact]
    public void ALateSourceIsWaitedForAndTheCommandWithIt()
    {
        Service run = Run($"ls '{_mirror}'; exec sleep 1000");
        run.WaitFor("Waiting for source");
        Assert.Equal(0, Nlinkfs("health", "--live", _mirror).ExitCode);
        Assert.Equal(1, Nlinkfs("health", _mirror).ExitCode);
        Thread.Sleep(1000);
        Assert.DoesNotContain("Started", run.Log, StringComparison.Ordinal);
        _source.Start();
        run.WaitFor("Movies");
        Assert.Equal(0, Nlinkfs("health", _mirror).ExitCode);
        Assert.Equal(0, run.Stop());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhileItWaitsItEndsAtOnceWhenAsked(bool silent)
    {
        if (silent)
        {
            _source.Start().Freeze();
        }

        Service run = Run("echo never");
        run.WaitFor("Waiting for source");
        Thread.Sleep(silent ? 2000 : 0);
        Stopwatch clock = Stopwatch.StartNew();
        Assert.Equal(0, run.Stop());
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 3);
        Assert.DoesNotContain("never", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void ASourceThatWasSilentIsMirroredWhenItAnswers()
    {
        _source.Start().Freeze();
        Service run = Run($"ls '{_mirror}'; exec sleep 1000");
        run.WaitFor("Waiting for source");
        Thread.Sleep(3000);
        int threads = Directory.GetDirectories($"/proc/{run.Id}/task").Length;
        Thread.Sleep(3000);
        Assert.InRange(Directory.GetDirectories($"/proc/{run.Id}/task").Length, 0, threads);
        _source.Thaw();
        run.WaitFor("Movies");
        Assert.Equal(0, run.Stop());
    }

    [Fact]
    public void AKilledSourceDoesNotTouchTheCommand()
    {
        _source.Start();
        Service run = Run($"exec 9<'{_mirror}/readme.txt'; while sleep 0.1; do cat '{_mirror}/readme.txt' > /dev/null; done");
        int command = CommandOf(run);
        _source.CrashAndClear();
        run.WaitFor("The source is lost");
        Assert.Equal(1, Nlinkfs("health", _mirror).ExitCode);
        _source.Start();
        run.WaitFor("The source is back");
        Assert.Equal(0, Nlinkfs("health", _mirror).ExitCode);
        Assert.False(Processes.Kill(command, 0).IsError);
        Assert.Equal(0, run.Stop());
    }

    [Fact]
    public void TermWithALostSourceDoesNotWaitForIt()
    {
        _source.Start();
        Service run = Run($"while sleep 0.1; do ls -R '{_mirror}' > /dev/null; done");
        _ = CommandOf(run);
        _source.CrashAndClear();
        run.WaitFor("The source is lost");
        Thread.Sleep(1500);
        EndsWithin10Seconds(run);
    }

    [Fact]
    public void TermWithAHangingSourceEndsAllTheSame()
    {
        _source.Start();
        Service run = Run($"exec 9<'{_mirror}/{AFile}'; echo got it; sleep 1; for i in 1 2 3; do ls '{_mirror}/Movies/never looked up '$i & done; echo looking; wait");
        run.WaitFor("got it");
        _source.Freeze();
        run.WaitFor("looking");
        int command = CommandOf(run);
        Thread.Sleep(500);
        EndsWithin10Seconds(run);
        Assert.Equal(Errno.ESRCH, Processes.Kill(-command, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AMirrorThatIsTakenAwayIsMountedAgainAndTheCommandStartedAgain(bool aborted)
    {
        _source.Start();
        Service run = Run($"cd '{_mirror}'; head -c 4 readme.txt > /dev/null && echo working; while sleep 0.1; do :; done");
        run.WaitFor("working");
        int command = CommandOf(run);
        MountEntry mount = MountTable.TopAt(Encoding.UTF8.GetBytes(_mirror))!;
        if (aborted)
        {
            Assert.Equal(Errno.None, FuseConnection.Abort(mount.Minor));
        }
        else
        {
            // Plain umount would find it busy.
            Assert.Equal(0, Nlinkfs("unmount", "--lazy", _mirror).ExitCode);
        }

        Assert.True(Commands.Eventually(() => Regex.Count(run.Log, "working") == 2), run.Log);
        Assert.Equal(Errno.ESRCH, Processes.Kill(-command, 0));
        Assert.Single(MountTable.Read(), entry => entry.MountPoint.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(_mirror)));
        Assert.Equal(0, Nlinkfs("health", _mirror).ExitCode);
        Assert.Equal(0, run.Stop());
        Assert.False(IsMounted());
    }

    [Fact]
    public void SignalsReachTheCommand()
    {
        _source.Start();
        Service run = Run("for s in HUP QUIT USR1 USR2; do trap \"echo got $s\" $s; done; echo listening; while sleep 0.1; do :; done");
        run.WaitFor("listening");
        foreach ((int number, string name) in (IEnumerable<(int, string)>)[(Hangup, "HUP"), (3, "QUIT"), (10, "USR1"), (12, "USR2")])
        {
            run.Signal(number);
            run.WaitFor($"got {name}");
        }

        Assert.Equal(0, run.Stop());
    }

    [Fact]
    public void TheLogIsAllJsonWhateverTheCommandWrites()
    {
        _source.Start();
        string line = new('x', 40_000);
        CommandResult result = RunOnce(
            "--restarts=0", "--log-format=json", "--log-level=error", $$"""printf 'plain "quoted"\r\n\na\377b\033\000c\n'; head -c 40000 /dev/zero | tr '\0' x; echo; echo on stderr >&2; printf partial""");
        Assert.Equal("", result.Output);
        List<JsonElement> events = [.. result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(text => JsonDocument.Parse(text).RootElement)];
        List<JsonElement> written = [.. events.Where(entry => entry.TryGetProperty("Line", out _))];
        Assert.All(written, entry => Assert.Equal("sh", entry.GetProperty("Command").GetString()));
        string[] stdout = [.. written.Where(entry => entry.GetProperty("Stream").GetString() == "stdout").Select(entry => entry.GetProperty("Line").GetString()!)];
        Assert.Equal(["plain \"quoted\"", "", @"a\xffb\x1b\x00c"], stdout[..3]);
        Assert.Equal(line, string.Concat(stdout[3..^1]));
        Assert.Equal("partial", stdout[^1]);
        JsonElement error = Assert.Single(written, entry => entry.GetProperty("Stream").GetString() == "stderr");
        Assert.Equal("on stderr", error.GetProperty("Line").GetString());
        Assert.Contains(events, entry => entry.TryGetProperty("ExitCode", out JsonElement code) && code.GetInt32() == 0);
    }

    [Fact]
    public void AsPidOneItLeavesNoZombies()
    {
        _source.Start();
        string script = $$"""
            ls '{{_mirror}}' > /dev/null
            for i in 1 2 3 4 5; do (sleep 0.2 & exec sleep 0.1) & done; wait
            (setsid sh -c 'sleep 0.3; exit 1' &)
            sleep 2
            echo "zombies: $(grep -l '^State:.Z' /proc/[0-9]*/status | wc -l), pid 1: $(cat /proc/1/comm)"
            exec sleep 1000
            """;
        using Service run = new("unshare", ["--pid", "--fork", "--mount-proc", Programs.Nlinkfs, "run", _source.Path, _mirror, "--", "sh", "-c", script]);
        run.WaitFor("zombies: 0, pid 1: nlinkfs");
        int first = int.Parse(File.ReadAllText($"/proc/{run.Id}/task/{run.Id}/children"), CultureInfo.InvariantCulture);
        _ = Processes.Kill(first, Terminate);
        Assert.Equal(0, run.WaitForExit());
        Assert.DoesNotContain("kill", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void InPrivateOnlyTheCommandSeesTheMirrorAndASourceMountedLaterIsSeen()
    {
        string script = _tree.Write("script", $$"""
            mount --bind '{{_tree.Root}}' '{{_tree.Root}}'
            mount --make-shared '{{_tree.Root}}'
            '{{Programs.Nlinkfs}}' run --private '{{_source.Path}}' '{{_mirror}}' -- sh -c 'stat -c "links %h" "{{_mirror}}/Movies"; env | grep NLINKFS_PRIVATE; exec sleep 1000' > '{{_tree.At("output")}}' &
            sleep 1
            '{{Programs.TestSource}}' --nlink zero '{{_source.Path}}' > /dev/null &
            for i in $(seq 100); do grep links '{{_tree.At("output")}}' && break; sleep 0.1; done
            grep -c ' {{_mirror}} ' /proc/self/mountinfo
            kill %1; wait %1; echo "exit code $?"
            umount '{{_source.Path}}'; wait %2
            cat '{{_tree.At("output")}}'
            """);
        CommandResult result = Commands.Run("unshare", "-m", "/bin/bash", script);
        Assert.Equal("links 2\n0\nexit code 0\nlinks 2\n", result.Output);
    }

    [Fact]
    public void SmbdServesTheMirrorAndIsStartedAgain()
    {
        _source.Start();
        Service run = null!;
        using Samba samba = new(_mirror, command => run = new Service(
            Programs.Nlinkfs, ["run", "--log-format=json", _source.Path, _mirror, "--", .. command, "--no-process-group"]));
        CommandResult listed = samba.Client("ls");
        Assert.True(listed.ExitCode == 0 && listed.Output.Contains("Movies", StringComparison.Ordinal), listed.ToString());

        int smbd = CommandOf(run);
        _ = Processes.Kill(smbd, Kill);
        run.WaitFor("starting it again in {Seconds} s");
        Assert.True(Commands.Eventually(() => samba.Client("ls").Output.Contains("Movies", StringComparison.Ordinal)), run.Log);
        Assert.Equal(0, Nlinkfs("unmount", "--lazy", _mirror).ExitCode);
        Assert.True(Commands.Eventually(() => Nlinkfs("health", _mirror).ExitCode == 0));
        Assert.True(Commands.Eventually(() => samba.Client("ls").Output.Contains("Movies", StringComparison.Ordinal)), run.Log);
        EndsWithin10Seconds(run);
        Assert.All(run.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => JsonDocument.Parse(line).Dispose());
    }

    private static CommandResult Nlinkfs(params string[] arguments) => Commands.Run(Programs.Nlinkfs, arguments);

    private CommandResult RunOnce(params string[] optionsAndScript) =>
        Nlinkfs(["run", .. optionsAndScript[..^1], _source.Path, _mirror, "--", "sh", "-c", optionsAndScript[^1]]);

    private Service Run(string script)
    {
        Service run = new(Programs.Nlinkfs, ["run", _source.Path, _mirror, "--", "bash", "-c", script]);
        _services.Add(run);
        return run;
    }

    /// <summary>The process that runs the command now; it leads a group.</summary>
    private static int CommandOf(Service run)
    {
        run.WaitFor("Started ");
        Match last = Regex.Matches(run.Log, "Started .*(\\(pid |\"Pid\":)(?<pid>\\d+)")[^1];
        return int.Parse(last.Groups["pid"].Value, CultureInfo.InvariantCulture);
    }

    private bool IsMounted() => MountTable.TopAt(Encoding.UTF8.GetBytes(_mirror)) is not null;

    private void EndsWithin10Seconds(Service run)
    {
        Stopwatch clock = Stopwatch.StartNew();
        run.Signal(Terminate);
        int exitCode = run.WaitForExit(30);
        Assert.True(exitCode == 0, $"exit code {exitCode}\n{run.Log}");
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
        Assert.False(IsMounted());
    }
}
