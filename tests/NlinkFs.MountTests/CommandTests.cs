using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>nlinkfs mount and unmount as people use them.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly TempTree _tree = new();
    private readonly string _source;
    private readonly string _mirror;

    public CommandTests()
    {
        _source = _tree.MakeDirectory("source");
        _mirror = _tree.MakeDirectory("mirror");
        _ = _tree.Write("source/file", "content");
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void MountReturnsWhenTheMirrorAnswersAndUnmountEndsIt()
    {
        CommandResult mounted = Nlinkfs("mount", _source, _mirror);
        Assert.Equal((0, "", ""), (mounted.ExitCode, mounted.Output, mounted.Error));
        Assert.Equal("content", File.ReadAllText(Path.Combine(_mirror, "file")));
        int pid = DaemonOf(_mirror);
        Assert.Equal("/", new FileInfo($"/proc/{pid}/cwd").LinkTarget);
        Assert.All((string[])["0", "1", "2"], fd => Assert.Equal("/dev/null", new FileInfo($"/proc/{pid}/fd/{fd}").LinkTarget));

        string found = Commands.ShellOutput($"findmnt -n -t fuse.nlinkfs -o SOURCE,OPTIONS '{_mirror}'");
        Assert.Contains(_source, found, StringComparison.Ordinal);
        foreach (string option in (string[])["ro", "nosuid", "nodev", "allow_other", "default_permissions"])
        {
            Assert.Contains(option, found.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Trim().Split(','));
        }

        // It completes what can be typed, and is the same whoever reads it where.
        Assert.Contains(_mirror, Nlinkfs("[suggest:15]", "nlinkfs status ").Output, StringComparison.Ordinal);
        Assert.All((string[])["--help", "status", "unmount"], command => Assert.DoesNotContain(_mirror, Nlinkfs(command, "--help").Output, StringComparison.Ordinal));

        Assert.Equal(0, Nlinkfs("unmount", _mirror).ExitCode);
        Assert.Null(MountTable.TopAt(System.Text.Encoding.UTF8.GetBytes(_mirror)));
        Assert.True(Commands.Eventually(() => !Directory.Exists($"/proc/{pid}")), "the daemon lives on");
    }

    [Fact]
    public void ABusyMirrorIsNotUnmountedAndItsHolderNamed()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        using (Service holder = new("/bin/bash", ["-c", $"exec 9<'{_mirror}/file'; echo holding; exec sleep 100"]))
        {
            holder.WaitFor("holding");
            CommandResult busy = Nlinkfs("unmount", _mirror);
            Assert.Equal(32, busy.ExitCode);
            Assert.Contains($"sleep (pid {holder.Id}: open {_mirror}/file)", busy.Error, StringComparison.Ordinal);
            Assert.Contains("--lazy", busy.Error, StringComparison.Ordinal);
            Assert.Equal(0, Nlinkfs("unmount", "--lazy", _mirror).ExitCode);
            Assert.False(mirror.Service.HasExited);
        }

        Assert.Equal(0, mirror.Service.WaitForExit());
    }

    [Theory]
    [InlineData(15)]
    [InlineData(2)]
    public void ASignalUnmountsCleanly(int signal)
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        mirror.Service.Signal(signal);
        Assert.Equal(0, mirror.Service.WaitForExit());
        Assert.Null(MountTable.TopAt(System.Text.Encoding.UTF8.GetBytes(_mirror)));
    }

    [Fact]
    public void ASignalWithABusyMirrorDetachesAndStillEnds()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        Fd held = Look.Open(Path.Combine(_mirror, "file"));
        mirror.Service.Signal(15);
        Assert.Equal(0, mirror.Service.WaitForExit());
        Assert.Null(MountTable.TopAt(System.Text.Encoding.UTF8.GetBytes(_mirror)));
        Assert.Contains("is in use by", mirror.Service.Log, StringComparison.Ordinal);
        held.Close();
    }

    [Fact]
    public void UnmountedByOtherMeansTheDaemonEnds()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        _ = Commands.ShellOutput($"umount '{_mirror}'");
        Assert.Equal(0, mirror.Service.WaitForExit());
    }

    [Fact]
    public void ADeadMirrorIsClearedByTheNextMount()
    {
        using Mounted killed = Mounted.Mirror(_source, _mirror);
        killed.Service.Signal(9);
        _ = killed.Service.WaitForExit();
        Assert.True(Commands.Eventually(() => Look.ErrorAt(_mirror) == Errno.ENOTCONN));
        Assert.Equal(0, Nlinkfs("mount", _source, _mirror).ExitCode);
        Assert.Equal("content", File.ReadAllText(Path.Combine(_mirror, "file")));
        Assert.Single(MountTable.Read(), mount => System.Text.Encoding.UTF8.GetString(mount.MountPoint) == _mirror);
        Assert.Equal(0, Nlinkfs("unmount", _mirror).ExitCode);
    }

    [Fact]
    public void ADeadMountOfAnotherKindIsNamedAndLeftAlone()
    {
        using Mounted other = Mounted.Source(SourceKind.CSharp, _mirror);
        other.Service.Signal(9);
        _ = other.Service.WaitForExit();
        Fails(32, "dead fuse.testsource mount", "mount", _source, _mirror);
        Assert.NotNull(MountTable.TopAt(System.Text.Encoding.UTF8.GetBytes(_mirror)));
        Fails(32, "Transport endpoint is not connected (ENOTCONN)", "mount", _mirror, _tree.MakeDirectory("elsewhere"));
    }

    [Fact]
    public void WrongPathsAreNamedAndNothingIsMounted()
    {
        string file = _tree.At("source/file");
        string inside = _tree.MakeDirectory("source/inside");
        Fails(32, "source /no/such: No such file or directory (ENOENT)", "mount", "/no/such", _mirror);
        Fails(32, "mkdir -p", "mount", _source, _tree.At("missing"));
        Fails(32, "is not a directory", "mount", file, _mirror);
        Fails(32, "is not a directory", "mount", _source, file);
        Fails(32, "lies inside the source", "mount", _source, inside);
        Fails(32, "lies inside the mount point", "mount", inside, _source);
        Fails(1, "--over", "mount", _source, _source);
        Fails(1, "is not", "mount", "--over", _source, _mirror);
        Fails(1, "is not a mount point", "unmount", _mirror);
        Fails(1, "not a mirror", "unmount", "/proc");
        Assert.DoesNotContain(MountTable.Read(), mount => System.Text.Encoding.UTF8.GetString(mount.MountPoint).StartsWith(_tree.Root, StringComparison.Ordinal));
    }

    [Fact]
    public void AMountPointInsideTheSourceIsFoundThroughABindMountToo()
    {
        string bound = _tree.MakeDirectory("bound");
        _ = _tree.MakeDirectory("source/inside");
        _ = Commands.ShellOutput($"mount --bind '{_source}' '{bound}'");
        Fails(32, "lies inside the source", "mount", _source, Path.Combine(bound, "inside"));
    }

    [Fact]
    public void ASecondMirrorOnTheSamePlaceIsRefused()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        Fails(32, "already has a mirror", "mount", _source, _mirror);
        Fails(32, "already has a mirror", "mount", "--over", _mirror, _mirror);
    }

    [Fact]
    public void OverItsOwnSourceItCoversServesAndUncovers()
    {
        using Mounted source = Mounted.Source(SourceKind.CSharp, _mirror);
        Assert.Equal(0u, Look.At($"{_mirror}/Movies").Nlink);
        Assert.Equal(0, Nlinkfs("mount", "--over", _mirror, _mirror).ExitCode);
        Assert.Equal(2u, Look.At($"{_mirror}/Movies").Nlink);
        Assert.Equal(37, File.ReadAllBytes($"{_mirror}/readme.txt").Length);
        Assert.Equal("fuse.nlinkfs", MountTable.TopAt(System.Text.Encoding.UTF8.GetBytes(_mirror))?.Type);
        Assert.Equal(0, Nlinkfs("unmount", _mirror).ExitCode);
        Assert.Equal("fuse.testsource", MountTable.TopAt(System.Text.Encoding.UTF8.GetBytes(_mirror))?.Type);
        Assert.Equal(0u, Look.At($"{_mirror}/Movies").Nlink);
    }

    [Theory]
    [InlineData("max_reed=128K", "did you mean max_read?")]
    [InlineData("entry_timeout=1s", "did you mean entry-timeout?")]
    [InlineData("alow_other", "did you mean allow_other?")]
    [InlineData("quite-something-else", "no such option")]
    [InlineData("rw", "read-write is not there yet")]
    [InlineData("suid", "nosuid,nodev")]
    [InlineData("max_read=1", "a size from 4K to 1M")]
    [InlineData("entry-timeout=soon", "a duration such as 30s")]
    [InlineData("nlink=some", "it is one of zero, always, off")]
    [InlineData("force-user=nobody-of-that-name", "no such user")]
    [InlineData("perms=rwx", "octal mode or clauses")]
    [InlineData("fsname=", "needs a name")]
    [InlineData("subtype=other", "fuse.nlinkfs")]
    public void AWrongOptionIsAnErrorThatHelps(string option, string help) => Fails(1, help, "mount", "-o", option, _source, _mirror);

    [Theory]
    [InlineData("--entry-timeout", "later")]
    [InlineData("--nlink", "two")]
    [InlineData("--log-level", "loud")]
    [InlineData("--perms", "999999")]
    [InlineData("--entry-timout", "did you mean --entry-timeout?")]
    public void SoIsAWrongLongOption(string option, string value)
    {
        CommandResult result = Nlinkfs("mount", option, value, _source, _mirror);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("nlinkfs: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(value, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsThatMountAndFstabAddAreTaken()
    {
        string options = "ro,noauto,nofail,_netdev,x-systemd.automount,x-gvfs-hide,user,noatime,noexec,allow_other,default_permissions,"
            + "fsname=my\\,name,max_read=128K,entry-timeout=5s,nlink=zero";
        Assert.Equal(0, Nlinkfs("mount", "-o", options, _source, _mirror).ExitCode);
        MountEntry mount = MountTable.TopAt(System.Text.Encoding.UTF8.GetBytes(_mirror))!;
        Assert.Equal("my,name", System.Text.Encoding.UTF8.GetString(mount.Source));
        Assert.Contains("noatime", mount.Options, StringComparison.Ordinal);
        Assert.Contains("noexec", mount.Options, StringComparison.Ordinal);
        Assert.Contains("max_read=131072", mount.SuperOptions, StringComparison.Ordinal);
        Assert.Equal(0, Nlinkfs("unmount", _mirror).ExitCode);
    }

    [Fact]
    public void PathsThatAreNotTextAreTakenAsTheyAre()
    {
        const string Odd = "$'odd\\xff\\nname'";
        CommandResult result = Commands.Shell($"""
            cd '{_tree.Root}' && mkdir {Odd} {Odd}m && echo odd > {Odd}/file &&
            '{Programs.Nlinkfs}' mount {Odd} {Odd}m && cat {Odd}m/file && '{Programs.Nlinkfs}' unmount {Odd}m
            """);
        Assert.Equal((0, "odd\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public void RelativePathsAndLinksAreResolved()
    {
        _ = File.CreateSymbolicLink(_tree.At("link"), _source);
        CommandResult result = Commands.Shell($"cd '{_tree.Root}' && '{Programs.Nlinkfs}' mount link ./mirror && cat mirror/file && '{Programs.Nlinkfs}' umount mirror");
        Assert.Equal((0, "content\n"), (result.ExitCode, result.Output.Replace("content", "content", StringComparison.Ordinal)));
    }

    [Fact]
    public void TheTraceNamesRequestsAnswersAndFlags()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror, "--trace", "--io=proxy");
        _ = File.ReadAllText(Path.Combine(_mirror, "file"));
        Assert.True(Commands.Eventually(() => mirror.Service.Log.Contains(": READ ", StringComparison.Ordinal)));
        string log = mirror.Service.Log;
        Assert.Matches("""rx \d+: LOOKUP n1 \["file"\] p\d+""", log);
        Assert.Matches("""tx \d+:     OK, \{n\d+ tE=1s tA=1s \{M0100644 SZ=7 L=1 """, log);
        Assert.Matches(@"rx \d+: OPEN n\d+ \{RDONLY\|", log);
        Assert.Matches("""tx \d+:     OK, 7b data "content""", log);
        Fails(1, "--log-file", "mount", "--trace", _source, _tree.MakeDirectory("second"));
    }

    [Fact]
    public void TheLogIsALineAnEventOrJsonAndShortWhenAllIsWell()
    {
        using Mounted text = Mounted.Mirror(_source, _mirror);
        _ = File.ReadAllText(Path.Combine(_mirror, "file"));
        _ = text.Service.Stop();
        Assert.InRange(text.Service.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 2, 5);

        string file = _tree.At("log");
        Assert.Equal(0, Nlinkfs("mount", "--log-format", "json", "--log-file", file, _source, _mirror).ExitCode);
        Assert.Equal(0, Nlinkfs("unmount", _mirror).ExitCode);
        Assert.True(Commands.Eventually(() => File.ReadAllLines(file).Length >= 3));
        Assert.All(File.ReadAllLines(file), line => Assert.NotNull(System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("@t").GetString()));
    }

    [Fact]
    public void HelpVersionAndCompletionAreThere()
    {
        Assert.Contains("Examples:", Nlinkfs("--help").Output, StringComparison.Ordinal);
        Assert.Contains("fstab:", Nlinkfs("mount", "--help").Output, StringComparison.Ordinal);
        Assert.Contains("--lazy", Nlinkfs("unmount", "-h").Output, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+", Nlinkfs("--version").Output);
        Assert.Equal(1, Nlinkfs().ExitCode);
        Assert.Equal(1, Nlinkfs("munt", _source, _mirror).ExitCode);
        Assert.Contains("unmount", Nlinkfs("[suggest:10]", "nlinkfs un").Output, StringComparison.Ordinal);
        string script = _tree.Write("completion", Nlinkfs("completion", "bash").Output);
        string completed = Commands.ShellOutput($"""
            PATH={Path.GetDirectoryName(Programs.Nlinkfs)}:$PATH; . '{script}'
            COMP_LINE='nlinkfs mount --nl' COMP_POINT=18 COMP_WORDS=(nlinkfs mount --nl) COMP_CWORD=2; _nlinkfs; echo "$COMPREPLY"
            """);
        Assert.Equal("--nlink\n", completed);
    }

    private static CommandResult Nlinkfs(params string[] arguments) => Commands.Run(Programs.Nlinkfs, arguments);

    private static void Fails(int exitCode, string message, params string[] arguments)
    {
        CommandResult result = Nlinkfs(arguments);
        Assert.True(result.ExitCode == exitCode, $"{string.Join(' ', arguments)}: {result}");
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.StartsWith("nlinkfs: ", result.Error, StringComparison.Ordinal);
    }

    private static int DaemonOf(string mountPoint) => Directory.GetDirectories("/proc")
        .Where(path => char.IsAsciiDigit(path[^1]) && File.Exists($"{path}/cmdline"))
        .Single(path => ReadOrEmpty($"{path}/cmdline").StartsWith(Programs.Nlinkfs, StringComparison.Ordinal)
            && ReadOrEmpty($"{path}/cmdline").Contains(mountPoint, StringComparison.Ordinal)) is string found
        ? int.Parse(Path.GetFileName(found), System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
