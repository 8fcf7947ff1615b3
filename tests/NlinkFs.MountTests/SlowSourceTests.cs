using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>A source that takes its time: it is asked many things at once, nothing twice, and nothing that nobody wanted.</summary>
public sealed class SlowSourceTests
{
    private static readonly string[] s_slow = ["--latency", "0.002"];

    [Theory]
    [InlineData(SourceKind.CSharp)]
    [InlineData(SourceKind.Go)]
    public void WhatIsListedAheadIsWhatIsThere(SourceKind kind)
    {
        List<string> tree = [.. s_slow, "--sample"];
        for (int i = 0; i < 30; i++)
        {
            tree.AddRange(["--wide", $"d{i % 6}/e{i}={(i * 7) + 1}"]);
        }

        using Fixture mount = new(kind, [.. tree]);
        const string All = "-printf '%P %y %s\\n' | sort";
        string expected = Commands.ShellOutput($"find '{mount.Source.Path}' {All}");
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(expected, Commands.ShellOutput($"find '{mount.Mirror.Path}' {All}"));
            Assert.Equal(
                Commands.ShellOutput($"cd '{mount.Source.Path}'; ls -R --color=never"), Commands.ShellOutput($"cd '{mount.Mirror.Path}'; ls -R --color=never"));
            Thread.Sleep(700);
        }
    }

    [Fact]
    public void APlainListingPaysForNoAttributes()
    {
        // Without READDIRPLUS and with no time to live in the source, every stat costs it a call.
        using Fixture mount = new(SourceKind.CSharp, [.. s_slow, "--wide", "wide=2000", "--readdirplus", "off", "--entry-timeout", "0", "--attr-timeout", "0"]);
        long before = mount.Count("LOOKUP") + mount.Count("GETATTR");
        Assert.Equal(2002, Look.List(mount.InMirror("wide")).Count);
        Assert.InRange(mount.Count("LOOKUP") + mount.Count("GETATTR") - before, 0, 40);
    }

    [Fact]
    public void WhoeverWalksADirectoryIsKeptAheadOf()
    {
        using Fixture mount = new(SourceKind.CSharp, ["--latency", "0.01", "--wide", "wide=300", "--readdirplus", "off"], "-o", "entry-timeout=10s,attr-timeout=10s");
        long start = Environment.TickCount64;
        Assert.Equal("300\n", Commands.ShellOutput($"find '{mount.InMirror("wide")}' -type f -size -100M -printf '%s\\n' | wc -l"));

        // One by one it takes 3 s; that the calls overlap at all is what is asserted, not by how much.
        Assert.InRange(Environment.TickCount64 - start, 0, 2000);
        Assert.InRange(mount.Count("LOOKUP"), 300, 400);
    }

    [Fact]
    public void AListingShownAgainCostsNoCall()
    {
        using Fixture mount = new(
            SourceKind.CSharp, [.. s_slow, "--wide", "wide=200", "--entry-timeout", "0", "--attr-timeout", "0"], "-o", "entry-timeout=30s,attr-timeout=30s");
        string list = $"ls -l '{mount.InMirror("wide")}'";
        string first = Commands.ShellOutput(list);
        (long directories, long lookups) = (mount.Count("OPENDIR"), mount.Count("LOOKUP"));
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(first, Commands.ShellOutput(list));
        }

        Assert.Equal(directories, mount.Count("OPENDIR"));
        Assert.InRange(mount.Count("LOOKUP") - lookups, 0, 20);
    }

    [Fact]
    public void WhatIsReadAheadIsReadOnceAndRight()
    {
        const string File = "Shows/Pioneer One/Season 01/Pioneer One - S01E02.mkv";
        const int Size = 24 << 20;
        using Fixture mount = new(SourceKind.CSharp, ["--read-latency", "0.01"]);
        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf(File), 0, Look.Bytes(mount.InMirror(File), 0, Size)));

        // 192 reads of 128 KiB, and what the hints run ahead.
        Assert.InRange(mount.Count("READ"), Size >> 17, (Size >> 17) + 64);
    }

    [Fact]
    public void AnErrorAmongManyIsThatEntrysAlone()
    {
        using Fixture mount = new(SourceKind.CSharp, [.. s_slow, "--wide", "=50", "--broken", "bad", "--readdirplus", "off"]);
        CommandResult listed = Commands.Run("/bin/ls", "-l", mount.Mirror.Path);
        Assert.Contains("bad", listed.Error, StringComparison.Ordinal);
        Assert.Contains("f000049.bin", listed.Output, StringComparison.Ordinal);
        Assert.Equal(Errno.EIO, Look.ErrorAt(mount.InMirror("bad")));
    }
}
