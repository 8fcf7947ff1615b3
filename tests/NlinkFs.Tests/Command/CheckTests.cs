using NlinkFs.Check;
using NlinkFs.Check.Items;
using NlinkFs.Check.Machine;
using NlinkFs.Linux;
using Xunit;

namespace NlinkFs.Tests.Command;

/// <summary>What nlinkfs check makes of what it has seen, where no real machine can be told to be so.</summary>
public sealed class CheckTests
{
    private static readonly MachineFacts s_good = new()
    {
        KernelRelease = "6.18.4-amd64",
        IsRoot = true,
        Capabilities = 1UL << 21,
        IsInitialUserNamespace = true,
        OpenFiles = 524288,
    };

    private static readonly MachineFacts s_user = s_good with { IsRoot = false, Capabilities = 0, Fusermount = "/bin/fusermount3", FusermountIsSetuid = true };

    [Theory]
    [InlineData("Sintel (2010).mkv", null)]
    [InlineData(".hidden", null)]
    [InlineData("Caf\u00e9", null)]
    [InlineData("COM0", null)]
    [InlineData("console.txt", null)]
    [InlineData("What?", "it has ?")]
    [InlineData("12:30", "it has :")]
    [InlineData("back\\slash", "it has \\")]
    [InlineData("bell\a", "it has a control character")]
    [InlineData("etc.", "it ends in a dot")]
    [InlineData("space ", "it ends in a space")]
    [InlineData("nul", "nul is a device there")]
    [InlineData("Aux.mkv", "Aux is a device there")]
    [InlineData("com1.tar.gz", "com1 is a device there")]
    public void WindowsTakesNotEveryName(string name, string? objection) =>
        Assert.Equal(objection, WindowsNames.Objection(System.Text.Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void WindowsTakesNoBytesThatAreNoText() => Assert.Equal("it is not UTF-8", WindowsNames.Objection([0xff, 0xfe]));

    [Fact]
    public void AGoodMachineIsClean() => Assert.Equal((0, "clean"), Verdict(s_good));

    [Fact]
    public void AUserMountsThroughFusermount() => Assert.Equal(0, Verdict(s_user).ExitCode);

    [Fact]
    public void WhatKeepsMirrorsFromWorkingIsAnError()
    {
        Assert.Equal("kernel", Errors(s_good with { KernelRelease = "4.19.0" }));
        Assert.Equal("dev-fuse", Errors(s_good with { Device = Errno.ENOENT }));
        Assert.Equal("privilege", Errors(s_good with { Capabilities = 1 }));
        Assert.Equal("privilege", Errors(s_user with { FusermountIsSetuid = false }));
        Assert.Equal("privilege", Errors(s_user with { NoNewPrivileges = true }));
        Assert.Equal("privilege", Errors(s_user with { Fusermount = null }));
        Assert.Equal(11, Verdict(s_good with { Device = Errno.EACCES }).ExitCode);
    }

    [Fact]
    public void WhatIsGoodToKnowIsANote()
    {
        Assert.Equal("kernel", Notes(s_good with { KernelRelease = "5.15.0-91-generic" }));
        Assert.Equal("kernel", Notes(s_good with { KernelRelease = "6.12.9" }));
        Assert.Equal("user-namespace", Notes(s_good with { IsInitialUserNamespace = false }));
        Assert.Equal("open-files", Notes(s_good with { OpenFiles = 1024 }));
        Assert.Equal("confinement", Notes(s_good with { AppArmor = "docker-default (enforce)" }));
        Assert.Equal("", Notes(s_good with { AppArmor = "unconfined" }));
        Assert.Equal("confinement", Notes(s_good with { Seccomp = 2 }));
        Assert.Equal("samba", Notes(s_good with { Samba = "Version 4.22.3-Debian" }));
        Assert.Equal("", Notes(s_good with { Samba = "Version 4.17.12-Debian" }));
    }

    [Fact]
    public void OneFaultThatIsNotCuredMakesItIncurable()
    {
        Finding cured = new("a", "a", Severity.Error, "") { Curable = true };
        Finding not = new("b", "b", Severity.Warning, "") { Curable = false };
        Finding note = new("c", "c", Severity.Note, "");
        Assert.Equal("clean", new CheckReport { Findings = [note] }.Verdict);
        Assert.Equal("curable", new CheckReport { Findings = [note, cured] }.Verdict);
        Assert.Equal("incurable", new CheckReport { Findings = [note, cured, not] }.Verdict);
        Assert.Equal([cured, not, note], CheckReport.Order([note, not, cured]));
    }

    private static (int ExitCode, string Verdict) Verdict(MachineFacts facts) => (MachineChecks.Judge(facts).ExitCode, MachineChecks.Judge(facts).Verdict);

    private static string Errors(MachineFacts facts) => Ids(facts, Severity.Error);

    private static string Notes(MachineFacts facts) => Ids(facts, Severity.Note);

    private static string Ids(MachineFacts facts, Severity severity) =>
        string.Join(' ', MachineChecks.Judge(facts).Findings.Where(finding => finding.Severity == severity).Select(finding => finding.Id));
}
