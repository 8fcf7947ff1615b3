using System.Text;
using System.Text.Json;
using NlinkFs.Control;
using NlinkFs.Linux;
using Xunit;

namespace NlinkFs.Tests.Command;

public sealed class StatusTextTests
{
    private static readonly DateTimeOffset s_since = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(-5, "0s")]
    [InlineData(59, "59s")]
    [InlineData(61, "1m 1s")]
    [InlineData(7980, "2h 13m")]
    [InlineData(273600, "3d 4h")]
    public void DurationsHaveTheirTwoLargestUnits(int seconds, string text) => Assert.Equal(text, StatusText.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void AHealthySourceIsShortAndATroubledOneSaysWhatHappened()
    {
        SourceReport source = new() { State = "present", Since = s_since };
        Assert.EndsWith(" (1m 0s)", StatusText.Of(source, s_since.AddMinutes(1)), StringComparison.Ordinal);
        source = source with { State = "stalled", Reason = "no answer for 30 s", Waiting = 4, Stuck = 1, Losses = 2, IoErrors = 1 };
        string text = StatusText.Of(source, s_since.AddMinutes(1));
        Assert.StartsWith("stalled since 2026-01-0", text, StringComparison.Ordinal);
        Assert.EndsWith(" (1m 0s): no answer for 30 s; 4 calls wait, 1 call is stuck, 2 losses, 1 I/O error", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatADaemonSaysDoesNotSteerTheTerminal()
    {
        KnownMirror mirror = Mirror(new StatusReport { Source = "/a\e[2Jb\n", SourceState = new SourceReport { Since = s_since } });
        Assert.DoesNotContain('\e', StatusText.Of(mirror, s_since));
        Assert.DoesNotContain('\e', StatusText.Table([mirror]));
    }

    [Theory]
    [InlineData("present", 0)]
    [InlineData("lost", 3)]
    [InlineData("stalled", 3)]
    [InlineData("what a newer version says", 3)]
    public void TheStateDecidesTheExitCode(string word, int exitCode)
    {
        KnownMirror mirror = Mirror(new StatusReport { SourceState = new SourceReport { State = word } });
        Assert.Equal((exitCode, word), (mirror.ExitCode, mirror.State));
        Assert.Contains($"\"state\":\"{word}\"", JsonSerializer.Serialize(mirror.Report, ControlJson.Default.StatusReport), StringComparison.Ordinal);
    }

    [Fact]
    public void ReportsOfOtherVersionsAreRead()
    {
        StatusReport? report = JsonSerializer.Deserialize("""{"pid":5,"newer":{"x":[1]},"sourceState":{"state":"lost","newer":1}}"""u8, ControlJson.Default.StatusReport);
        Assert.Equal((5, "lost", ""), (report!.Pid, report.SourceState.State, report.Version));
    }

    private static KnownMirror Mirror(StatusReport report) => new(
        MountTable.Parse(Encoding.ASCII.GetBytes("36 35 0:98 / /mirror ro - fuse.nlinkfs /source ro,user_id=0,group_id=0"))!,
        new ControlAnswer(AnswerKind.Answered, 1, []),
        report,
        null);
}
