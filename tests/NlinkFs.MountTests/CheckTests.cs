using System.Text.Json;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>nlinkfs check finds each fault a source is told to have, and no other; and keeps its promise of what a mirror cures.</summary>
public sealed class CheckTests : IDisposable
{
    private const int Clean = 0;
    private const int Curable = 10;
    private const int Incurable = 11;

    /// <summary>What depends on the machine and its load, and not on the source.</summary>
    private static readonly string[] s_ofTheMachine =
        ["mount", "propagation", "nested", "passthrough", "read-ahead", "latency-lookup", "latency-getattr", "latency-list", "latency-read"];

    /// <summary>A source without a fault.</summary>
    private static readonly string[] s_good =
    [
        "--nlink=true", "--ino=stable", "--root-ino=real", "--times=stable", "--statfs=real", "--blocks=real", "--entry-timeout=0.1", "--attr-timeout=0.1",
        "--file=first.bin=8192", "--file=second.bin=300000", "--file=Films/Film (2010)/Film (2010).mkv=5000000", "--file=Films/Film (2010)/Film (2010).srt=4200",
    ];

    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    public static TheoryData<string, int, string> Faults => new()
    {
        { "", Clean, "" },
        { "--readdirplus=off", Clean, "" },
        { "--births --keep-cache", Clean, "" },
        { "--nlink=zero", Curable, "nlink-getattr nlink-lookup" },
        { "--nlink=lookup-zero", Curable, "nlink-agree nlink-lookup" },
        { "--ino=churn", Curable, "d-ino ino-stable" },
        { "--ino=shared", Curable, "ino-unique" },
        { "--root-ino=zero", Curable, "root-ino" },
        { "--d-ino=wrong", Curable, "d-ino" },
        { "--times=lookup-true", Curable, "times" },
        { "--times=drift", Curable, "times" },
        { "--blocks=zero", Curable, "blocks" },
        { "--statfs=zero", Curable, "statfs" },
        { "--types=unknown", Clean, "d-type" },
        { "--xattr=none", Clean, "xattr" },
        { "--xattr=failing", Curable, "xattr" },
        { "--o-direct=refuse", Clean, "o-direct" },
        { "--allow-other=off", Curable, "allow-other" },
        { "--listings=reordered", Clean, "listing" },
        { "--listings=lossy", Incurable, "listing" },
        { "--listings=repeating", Incurable, "listing" },
        { "--broken=lost.bin", Incurable, "lookups-work" },
        { "--fail-at=first.bin=0", Incurable, "reads-work" },
        { "--file=Why?.txt=5", Incurable, "names" },
        { "--file=SECOND.bin=5", Incurable, "names-case" },
        { "--nlink=zero --broken=lost.bin", Incurable, "lookups-work nlink-getattr nlink-lookup" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void EachFaultIsFoundAndNoOther(string options, int exitCode, string ids)
    {
        using Mounted source = Mounted.Source(SourceKind.CSharp, _tree.At("source"), GoodBut(options.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Report report = Check(source.Path);
        Assert.Equal((exitCode, ids), (report.ExitCode, report.OfTheSource));
        if (exitCode != Incurable)
        {
            MirrorIsClean(source.Path);
        }
    }

    [Theory]
    [InlineData("--broken=lost.bin", "lookups-work")]
    [InlineData("--fail-at=first.bin=0", "reads-work")]
    [InlineData("--file=Why?.txt=5", "names")]
    [InlineData("--file=SECOND.bin=5", "names-case")]
    public void WhatIsSaidNotToBeCuredIsNot(string option, string id)
    {
        using Mounted source = Mounted.Source(SourceKind.CSharp, _tree.At("source"), GoodBut(option));
        using Mounted mirror = Mounted.Mirror(source.Path, _tree.At("mirror"));
        Report report = Check(mirror.Path);
        Assert.Equal((Incurable, id), (report.ExitCode, report.OfTheSource));
    }

    [Theory]
    [InlineData("", "d-ino ino-stable nlink-agree nlink-lookup root-ino statfs times")]
    [InlineData("--nlink=zero --ino=stable", "nlink-getattr nlink-lookup root-ino statfs times")]
    [InlineData("--nlink=true --times=drift --statfs=real", "d-ino ino-stable root-ino times")]
    public void TheFaultsOfGoFuseAreFoundAndCured(string options, string ids)
    {
        using Mounted source = Mounted.Source(
            SourceKind.Go, _tree.At("source"), ["--entry-timeout=0.1", "--attr-timeout=0.1", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Report report = Check(source.Path);
        Assert.Equal((Curable, ids), (report.ExitCode, report.OfTheSource));
        MirrorIsClean(source.Path);
    }

    [Fact]
    public void AllFaultsAtOnceAreCured()
    {
        using Mounted source = Mounted.Source(SourceKind.CSharp, _tree.At("source"), "--entry-timeout=0.1", "--types=unknown", "--xattr=failing");
        Assert.Equal(Curable, Check(source.Path).ExitCode);
        MirrorIsClean(source.Path);
    }

    [Fact]
    public void AMirrorThatIsToldNotToCureDoesNot()
    {
        using Mounted source = Mounted.Source(SourceKind.CSharp, _tree.At("source"), GoodBut("--nlink=zero", "--blocks=zero"));
        using Mounted mirror = Mounted.Mirror(source.Path, _tree.At("mirror"), "--nlink=off", "--blocks=off");
        Assert.Equal("blocks nlink-getattr nlink-lookup", Check(mirror.Path).OfTheSource);
    }

    [Fact]
    public void ALocalTreeAndItsMirrorAreClean()
    {
        _ = _tree.Write("local/Films/a.mkv", new string('x', 100_000));
        _ = _tree.Write("local/b.txt", "b");
        Assert.Equal(0, Commands.Run("/bin/ln", _tree.At("local/b.txt"), _tree.At("local/hard link.txt")).ExitCode);
        Report report = Check(_tree.At("local"));
        Assert.Equal((Clean, ""), (report.ExitCode, report.OfTheSource));
        Assert.Equal("note", report.SeverityOf("mount"));
        MirrorIsClean(_tree.At("local"));
    }

    [Theory]
    [InlineData("--latency=0.15", "latency-getattr latency-list latency-lookup latency-read")]
    [InlineData("--read-latency=0.3", "latency-read")]
    public void SlownessIsNoted(string option, string ids)
    {
        using Mounted source = Mounted.Source(SourceKind.CSharp, _tree.At("source"), GoodBut(option));
        Report report = Check(source.Path);
        Assert.Equal(Clean, report.ExitCode);
        Assert.All(ids.Split(' '), id => Assert.Equal("note", report.SeverityOf(id)));
    }

    [Fact]
    public void AMountInsideIsToldAndLeftAlone()
    {
        _ = _tree.Write("local/a.txt", "a");
        using Mounted inside = Mounted.Source(SourceKind.CSharp, _tree.At("local/inside"));
        Report report = Check(_tree.At("local"));
        Assert.Equal("note", report.SeverityOf("nested"));
        Assert.Equal((Clean, ""), (report.ExitCode, report.OfTheSource));
    }

    [Fact]
    public void AnEmptyDirectoryIsNoMount()
    {
        Report report = Check(_tree.MakeDirectory("nothing"));
        Assert.Equal((Incurable, "error"), (report.ExitCode, report.SeverityOf("mount")));
    }

    [Fact]
    public void ADeadDaemonIsNamed()
    {
        using FragileSource source = new FragileSource(SourceKind.CSharp, _tree.At("source")).Start();
        source.Crash();
        Report report = Check(source.Path);
        Assert.Equal((Incurable, "root"), (report.ExitCode, report.OfTheSource));
    }

    [Fact]
    public void ASourceThatTakesNoRequestsIsTheFinding()
    {
        using FragileSource source = new FragileSource(SourceKind.CSharp, _tree.At("source")).Start();
        source.Freeze();
        Report report = Check(source.Path, "--timeout=5s");
        Assert.Equal((Incurable, "error"), (report.ExitCode, report.SeverityOf("answers")));
    }

    /// <summary>Whoever waits for an answer to a request that was taken cannot be killed; the command ends nevertheless.</summary>
    [Fact]
    public void ASourceThatKeepsARequestIsTheFinding()
    {
        using Mounted source = Mounted.Source(SourceKind.CSharp, _tree.At("source"), "--latency=600");
        try
        {
            Report report = Check(source.Path, "--timeout=5s");
            Assert.Equal((Incurable, "error"), (report.ExitCode, report.SeverityOf("answers")));
        }
        finally
        {
            source.Service.Signal(9);
        }
    }

    [Fact]
    public void PeopleGetATableThatNamesTheCure()
    {
        using Mounted source = Mounted.Source(SourceKind.CSharp, _tree.At("source"), GoodBut("--nlink=zero"));
        CommandResult result = Commands.Run(Programs.Nlinkfs, "check", "--apart=200ms", source.Path);
        Assert.Equal((Curable, ""), (result.ExitCode, result.Error));
        Assert.StartsWith($"{source.Path} (fuse.testsource): ", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"link count in lookups +error +0: 6 of 6, such as .*\n +Samba takes it for .*\n +cured by a mirror: --nlink=zero", result.Output);
        Assert.EndsWith($"Curable: export a mirror of it instead, nlinkfs mount {source.Path} MOUNTPOINT\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ATerminalShowsHowFarItIs()
    {
        _ = _tree.Write("local/a.txt", "a");
        CommandResult result = Commands.Run("script", "-qec", $"{Programs.Nlinkfs} check --apart=1s {_tree.At("local")}", "/dev/null");
        Assert.Matches(@"\e\[K\d+ s of 30 s: 2 entries; ", result.Output);
        Assert.Contains("Clean: it can be exported as it is.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatHasHardlyBeenLookedAtIsNotCalledClean()
    {
        _ = _tree.Write("local/a.txt", "a");
        Report report = Check(_tree.At("local"), "--timeout=2s", "--apart=1m");
        Assert.Equal((Incurable, "warning"), (report.ExitCode, report.SeverityOf("answers")));
    }

    [Fact]
    public void TheMachineIsExaminedWithoutAPath()
    {
        CommandResult result = Commands.Run(Programs.Nlinkfs, "check", "--json");
        Report report = new(result);
        Assert.Equal("ok", report.SeverityOf("dev-fuse"));
        Assert.Equal("ok", report.SeverityOf("privilege"));
        Assert.NotEqual("error", report.SeverityOf("kernel"));

        // Root without the one capability, as in a plain container.
        report = new Report(Commands.Run("setpriv", "--bounding-set=-sys_admin", Programs.Nlinkfs, "check", "--json"));
        Assert.Equal((Incurable, "error"), (report.ExitCode, report.SeverityOf("privilege")));
    }

    [Fact]
    public void WhatIsNoDirectoryIsWrongUsage()
    {
        CommandResult result = Commands.Run(Programs.Nlinkfs, "check", _tree.At("missing"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("missing: No such file or directory (ENOENT)", result.Error, StringComparison.Ordinal);
        result = Commands.Run(Programs.Nlinkfs, "check", _tree.Write("file", "x"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is not a directory", result.Error, StringComparison.Ordinal);
    }

    private static string[] GoodBut(params string[] options)
    {
        static string NameOf(string option) => option.Split('=')[0];
        return [.. s_good.Where(good => NameOf(good) == "--file" || !options.Any(option => NameOf(option) == NameOf(good))), .. options];
    }

    private void MirrorIsClean(string source)
    {
        using Mounted mirror = Mounted.Mirror(source, _tree.At("mirror"));
        Report report = Check(mirror.Path);
        Assert.True(report.ExitCode == Clean, report.ToString());
    }

    private static Report Check(string path, params string[] options) =>
        new(Commands.Run(Programs.Nlinkfs, ["check", "--json", .. options.Length == 0 ? ["--timeout=50s", "--apart=300ms"] : options, path]));

    private sealed class Report(CommandResult result)
    {
        private readonly List<(string Id, string Severity)> _findings =
            [.. JsonDocument.Parse(result.Output.Length > 0 ? result.Output : throw new InvalidOperationException(result.ToString()))
                .RootElement.GetProperty("findings").EnumerateArray()
                .Select(finding => (finding.GetProperty("id").GetString()!, finding.GetProperty("severity").GetString()!))];

        internal int ExitCode => result.ExitCode;

        /// <summary>Ids of what is not as it should be, sorted.</summary>
        internal string OfTheSource => string.Join(' ', _findings
            .Where(finding => finding.Severity is "note" or "warning" or "error" && !s_ofTheMachine.Contains(finding.Id))
            .Select(finding => finding.Id)
            .Order(StringComparer.Ordinal));

        internal string SeverityOf(string id) => _findings.Single(finding => finding.Id == id).Severity;

        public override string ToString() => result.ToString();
    }
}
