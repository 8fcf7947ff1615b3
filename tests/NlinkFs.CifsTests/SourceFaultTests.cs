using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.CifsTests;

/// <summary>What kernel clients see when the source fails beneath the mirror: nothing but a wait.</summary>
public sealed class SourceFaultTests(Guests guests) : IDisposable
{
    /// <summary>Seconds: longer than anything is told from memory, and shorter than clients wait before they doubt the server.</summary>
    private const int Absence = 6;

    private static readonly string[] s_nothing = [];

    /// <summary>What a source that fails looks like; never that something is not there, or not allowed.</summary>
    private static readonly string[] s_failure = ["EIO"];

    private readonly Scene _scene = new(guests);

    [Fact]
    public void ASourceThatIsKilledIsWaitedFor()
    {
        _scene.Mount(_scene.Export().Port);
        _ = _scene.Watch("source killed, its dead mount cleared away, back after 6 s", () => Absent(_scene.Source.CrashAndClear), _ => s_nothing);
    }

    [Fact]
    public void ASourceThatIsUnmountedIsWaitedFor()
    {
        _scene.Mount(_scene.Export().Port);
        _ = _scene.Watch("source unmounted (plain umount), back after 6 s", () => Absent(() =>
        {
            CommandResult result = _scene.Source.Unmount();
            Assert.True(result.ExitCode == 0, result.ToString());
        }), _ => s_nothing);
    }

    [Fact]
    public void ASourceThatIsLazilyUnmountedIsWaitedFor()
    {
        _scene.Mount(_scene.Export().Port);
        _ = _scene.Watch("source unmounted (umount -l), back after 6 s", () => Absent(() => Commands.ShellOutput($"umount -l '{_scene.Source.Path}'")), _ => s_nothing);
    }

    [Fact]
    public void ASourceThatHangsIsWaitedFor()
    {
        _scene.Mount(_scene.Export().Port);
        _ = _scene.Watch("source hangs for 6 s (SIGSTOP)", () =>
        {
            _scene.Source.Freeze();
            Thread.Sleep(TimeSpan.FromSeconds(Absence));
            _scene.Source.Thaw();
        }, _ => s_nothing);
    }

    /// <summary>smbd answers no echo while one of its calls waits.</summary>
    [Fact]
    public void ASourceAwayForLongerThanClientsBelieveInTheServerIsWaitedForToo()
    {
        _scene.Mount(_scene.Export().Port);
        _ = _scene.Watch("source killed, its dead mount cleared away, back after 25 s", () => Absent(_scene.Source.CrashAndClear, 25), Scene.AtReconnecting);
    }

    [Fact]
    public void ASourceAwayBeyondTheGraceIsAnErrorAndNothingElse()
    {
        _scene.Mount(_scene.Export("--grace=2s").Port);
        Assert.All(
            _scene.Watch("source killed, its dead mount cleared away, back after 20 s, with --grace=2s", () => Absent(_scene.Source.CrashAndClear, 20), _ => s_failure),
            client => Assert.Equal(s_failure, client.Value["list"].Symbols));
    }

    [Fact]
    public void ASourceThatHangsBeyondTheDeadlineIsAnErrorAndNothingElse()
    {
        _scene.Mount(_scene.Export("--deadline=2s").Port);
        void Hang()
        {
            _scene.Source.Freeze();
            Thread.Sleep(TimeSpan.FromSeconds(12));
            _scene.Source.Thaw();
        }

        Assert.All(
            _scene.Watch("source hangs for 12 s (SIGSTOP), with --deadline=2s", Hang, _ => s_failure),
            client => Assert.Equal(s_failure, client.Value["list"].Symbols));
    }

    /// <inheritdoc/>
    public void Dispose() => _scene.Dispose();

    private void Absent(Action goes, int seconds = Absence)
    {
        goes();
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        _ = _scene.Source.Start();
    }
}
