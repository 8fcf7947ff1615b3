using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>Who reads the files: the kernel when it was asked to and can, and never silently somebody else.</summary>
public sealed class DataPathTests
{
    private const string AFile = "Movies/Sintel (2010)/Sintel (2010).mkv";
    private const int AFileSize = 3145731;

    [Fact]
    public void AutoIsPassthroughForALocalSourceAndTheDaemonReadsNothing()
    {
        using TempTree tree = new();
        _ = tree.Write("source/file", new string('x', 3_000_000));
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"), "--trace");
        AssertPassthrough(mirror, () => Assert.Equal(3_000_000, Look.Bytes(tree.At("mirror/file"), 0, 4_000_000).Length));
    }

    [Theory]
    [MemberData(nameof(SourceMatrix.Both), MemberType = typeof(SourceMatrix))]
    public void AutoIsProxyForAFuseSourceAndForcedPassthroughIsPassthrough(SourceKind kind)
    {
        using (Fixture proxy = new(kind, []))
        {
            proxy.Mirror.Service.WaitFor("Data path: proxy");
        }

        using Fixture mount = new(kind, [], "--trace", "--io=passthrough");
        AssertPassthrough(mount.Mirror, () => Assert.Equal(-1, Content.FirstDifference(Content.KeyOf(AFile), 0, Look.Bytes(mount.InMirror(AFile), 0, AFileSize))));
    }

    [Fact]
    public void AFileOpenedAgainIsWhatIsThereNowAndIsLetGoOfSoon()
    {
        using TempTree tree = new();
        using Mounted mirror = Mounted.Mirror(Path.GetDirectoryName(tree.Write("source/file", "first"))!, tree.At("mirror"), "--io=passthrough", "-o", "attr-timeout=0,entry-timeout=0");
        for (int i = 0; i < 50; i++)
        {
            string content = $"content {i} {new string('x', i % 3)}";
            if (i % 2 == 0)
            {
                _ = tree.Write("source/new", content);
                File.Move(tree.At("source/new"), tree.At("source/file"), overwrite: true);
            }
            else
            {
                _ = tree.Write("source/file", content);
            }

            Assert.Equal(content, File.ReadAllText(tree.At("mirror/file")));
            Assert.Equal(content, File.ReadAllText(tree.At("mirror/file")));
        }

        bool HoldsFile() => Directory.GetFiles($"/proc/{mirror.Service.Id}/fd")
            .Any(fd => new FileInfo(fd).LinkTarget?.Contains("/file", StringComparison.Ordinal) == true);
        Assert.True(Commands.Eventually(() => !HoldsFile(), 5), "a file that nobody has open is held");
    }

    [Fact]
    public void AHintIsNoErrorOfTheSource()
    {
        using TempTree tree = new();
        _ = tree.Write("source/file", new string('x', 3_000_000));
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"), "--io=passthrough");
        Fd fd = Look.Open(tree.At("mirror/file"));
        _ = Files.WillNeed(fd, 0, 3_000_000);
        Assert.Equal(3_000_000, Look.Bytes(fd, 0, 3_000_000).Length);
        fd.Close();
        Assert.Contains("\"ioErrors\":0", Commands.Run(Programs.Nlinkfs, "status", "--json", mirror.Path).Output.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void OpeningAFileAgainCostsTheSourceOneOpen()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--ino", "stable", "--entry-timeout", "60", "--attr-timeout", "60"], "--io=passthrough");
        _ = Look.Bytes(mount.InMirror(AFile), 0, 1000);
        long before = mount.Count("OPEN");
        for (int i = 0; i < 50; i++)
        {
            _ = Look.Bytes(mount.InMirror(AFile), 0, 1000);
        }

        // The kernel's own, one each, and those for looking at the counts; a release that comes late costs another.
        Assert.InRange(mount.Count("OPEN") - before, 50, 70);
    }

    [Fact]
    public void ManyOpensOfOneFileAtOnceAllSucceedAndNothingStaysRegistered()
    {
        using Fixture mount = new(SourceKind.CSharp, [], "--io=passthrough");
        int failures = 0;
        Thread[] readers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 2000; i++)
            {
                Errno error = Files.OpenAt(Fd.WorkingDirectory, System.Text.Encoding.UTF8.GetBytes(mount.InMirror(AFile)), OpenFlags.ReadOnly, out Fd fd);
                if (error.IsError || Look.Bytes(fd, i, 100).Length != 100)
                {
                    _ = Interlocked.Increment(ref failures);
                }

                fd.Close();
            }
        }))];
        foreach (Thread reader in readers)
        {
            reader.Start();
        }

        foreach (Thread reader in readers)
        {
            reader.Join();
        }

        Assert.Equal(0, failures);

        // A backing file that stayed registered would keep the source busy even after the mirror is gone.
        mount.Mirror.Service.Signal(9);
        _ = mount.Mirror.Service.WaitForExit();
        Assert.True(Commands.Eventually(() => Commands.Run("umount", mount.Source.Path).ExitCode == 0), "the source stays busy");
    }

    [Fact]
    public void HintsReachTheSourceAndReadsAfterThemAreRight()
    {
        using Fixture mount = new(SourceKind.CSharp, [], "--io=passthrough");
        Fd fd = Look.Open(mount.InMirror(AFile));
        Assert.Equal(Errno.None, Files.WillNeed(fd, 0, AFileSize));
        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf(AFile), 0, Look.Bytes(fd, 0, AFileSize)));
        fd.Close();
    }

    [Fact]
    public void ODirectFailsAsItDoesInTheSource()
    {
        using TempTree tree = new();
        string proc = "/sys/kernel/mm";
        using Mounted mirror = Mounted.Mirror(proc, tree.At("mirror"));
        string path = "transparent_hugepage/enabled";
        Errno direct = Files.OpenAt(Fd.WorkingDirectory, System.Text.Encoding.UTF8.GetBytes($"{proc}/{path}"), OpenFlags.Direct, out Fd fd);
        fd.Close();
        Errno mirrored = Files.OpenAt(Fd.WorkingDirectory, System.Text.Encoding.UTF8.GetBytes($"{mirror.Path}/{path}"), OpenFlags.Direct, out fd);
        fd.Close();
        Assert.Equal(direct, mirrored);
    }

    [Fact]
    public void AStackedSourceIsReadByTheKernelToo()
    {
        using TempTree tree = new();
        MakeOverlay(tree, "source");
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"), "--trace", "--io=passthrough");
        AssertPassthrough(mirror, () => Assert.Equal("lower", File.ReadAllText(tree.At("mirror/file"))));
    }

    [Fact]
    public void AFileThatIsStackedTooDeepIsReadByTheDaemonAndThatIsSaid()
    {
        using TempTree tree = new();
        _ = tree.Write("source/shallow", "shallow");
        MakeOverlay(tree, "source/a/b/c/d/e");
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"), "--io=passthrough");
        Assert.Equal("shallow", File.ReadAllText(tree.At("mirror/shallow")));
        Fd one = Look.Open(tree.At("mirror/a/b/c/d/e/file"));
        Fd two = Look.Open(tree.At("mirror/a/b/c/d/e/file"));
        Assert.Equal("lower"u8.ToArray(), Look.Bytes(one, 0, 100));
        Assert.Equal("lower"u8.ToArray(), Look.Bytes(two, 0, 100));
        one.Close();
        two.Close();
        mirror.Service.WaitFor("ELOOP");
    }

    [Fact]
    public void WithoutPrivilegeItIsProxyAndForcingItIsAnError()
    {
        using TempTree tree = new();
        _ = tree.Write("source/file", "content");
        _ = tree.MakeDirectory("mirror");
        File.Copy(Programs.Nlinkfs, tree.At("nlinkfs"));
        _ = Commands.ShellOutput($"chown -R 65534 '{tree.At("source")}' '{tree.At("mirror")}'; touch '{tree.At("log")}'; chown 65534 '{tree.At("log")}'");
        CommandResult result = Commands.Run("unshare", "-m", "/bin/bash", "-ec", $"""
            mknod -m 666 '{tree.At("fuse")}' c 10 229
            mount --bind '{tree.At("fuse")}' /dev/fuse
            exec setpriv --reuid=65534 --regid=65534 --clear-groups -- /bin/bash -e '{tree.Write("script", $"""
                '{tree.At("nlinkfs")}' mount --io=passthrough '{tree.At("source")}' '{tree.At("mirror")}' || echo "refused $?"
                '{tree.At("nlinkfs")}' mount --log-file '{tree.At("log")}' '{tree.At("source")}' '{tree.At("mirror")}'
                cat '{tree.At("mirror")}/file'
                '{tree.At("nlinkfs")}' unmount '{tree.At("mirror")}'
                """)}'
            """);
        Assert.Equal("refused 32\ncontent", result.Output.TrimEnd());
        Assert.Contains("CAP_SYS_ADMIN", result.Error, StringComparison.Ordinal);
        Assert.Contains("Data path: proxy", File.ReadAllText(tree.At("log")), StringComparison.Ordinal);
    }

    private static void AssertPassthrough(Mounted mirror, Action read)
    {
        mirror.Service.WaitFor("Data path: passthrough");
        read();
        Assert.True(Commands.Eventually(() => mirror.Service.Log.Contains(": RELEASE ", StringComparison.Ordinal)));
        Assert.DoesNotContain(": READ ", mirror.Service.Log, StringComparison.Ordinal);
        Assert.Matches(@"tx \d+:     OK, \{Fh \d+ Passthrough\}", mirror.Service.Log);
    }

    private static void MakeOverlay(TempTree tree, string at)
    {
        _ = tree.Write("lower/file", "lower");
        _ = Commands.ShellOutput($"mkdir -p '{tree.At(at)}' && mount -t overlay overlay -o 'lowerdir={tree.At("lower")}:{tree.MakeDirectory("lower2")}' '{tree.At(at)}'");
    }
}
