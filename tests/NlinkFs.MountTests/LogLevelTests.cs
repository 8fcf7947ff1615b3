using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>nlinkfs log-level shows and changes how much a mirror that runs already logs.</summary>
public sealed class LogLevelTests : IDisposable
{
    private readonly TempTree _tree = new();
    private readonly string _source;
    private readonly string _mirror;

    public LogLevelTests()
    {
        _source = _tree.MakeDirectory("source");
        _mirror = _tree.MakeDirectory("mirror");
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void TheLevelIsShownAndChangedWithoutARestart()
    {
        using Mounted mirror = Mounted.Mirror(_source, _mirror);
        Assert.Equal((0, "information\n", ""), LogLevel());
        Assert.Equal((0, "warning\n", ""), LogLevel("warning"));
        Assert.Equal(0, Commands.Run(Programs.Nlinkfs, "refresh", _mirror, "unseen").ExitCode);
        Assert.Equal((0, "debug\n", ""), LogLevel("debug"));
        Assert.Equal((0, "debug\n", ""), LogLevel());
        Assert.Equal(0, Commands.Run(Programs.Nlinkfs, "refresh", _mirror, "seen").ExitCode);
        mirror.Service.WaitFor("Refreshed seen");
        Assert.DoesNotContain("Refreshed unseen", mirror.Service.Log, StringComparison.Ordinal);
        Assert.Equal(1, LogLevel("loud").ExitCode);
    }

    [Fact]
    public void WhereNobodySeesTheLogThatIsSaid()
    {
        Assert.Equal(0, Commands.Run(Programs.Nlinkfs, "mount", _source, _mirror).ExitCode);
        (int exitCode, string output, string error) = LogLevel("debug");
        Assert.Equal((0, "debug\n"), (exitCode, output));
        Assert.Contains("nobody sees this log", error, StringComparison.Ordinal);
        Assert.Equal(0, Commands.Run(Programs.Nlinkfs, "unmount", _mirror).ExitCode);
    }

    [Fact]
    public void AMirrorOfRunTakesOrdersToo()
    {
        using Service run = new(Programs.Nlinkfs, ["run", "--source-mount=false", _source, _mirror, "--", "sleep", "1000"]);
        run.WaitFor("Started sleep");
        Assert.Equal((0, "error\n", ""), LogLevel("error"));
        Assert.Equal(0, Commands.Run(Programs.Nlinkfs, "refresh", _mirror).ExitCode);
    }

    private (int ExitCode, string Output, string Error) LogLevel(params string[] level)
    {
        CommandResult result = Commands.Run(Programs.Nlinkfs, ["log-level", _mirror, .. level]);
        return (result.ExitCode, result.Output, result.Error);
    }
}
