using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.CifsTests;

/// <summary>What kernel clients see when the source fails beneath the mirror: nothing but a wait.</summary>
public sealed class SourceFaultTests(Guests guests) : IDisposable
{
    /// <summary>Longer than anything is told from memory, and shorter than clients wait before they doubt the server.</summary>
    private static readonly TimeSpan s_absence = TimeSpan.FromSeconds(6);

    private static readonly string[] s_nothing = [];

    private readonly Scene _scene = new(guests);

    [Fact]
    public void ASourceThatIsKilledIsWaitedFor()
    {
        _scene.Mount(_scene.Export().Port);
        _scene.Watch("source killed, its dead mount cleared away, back after 6 s", () => Absent(_scene.Source.CrashAndClear), _ => s_nothing);
    }

    [Fact]
    public void ASourceThatIsUnmountedIsWaitedFor()
    {
        _scene.Mount(_scene.Export().Port);
        _scene.Watch("source unmounted (plain umount), back after 6 s", () => Absent(() =>
        {
            CommandResult result = _scene.Source.Unmount();
            Assert.True(result.ExitCode == 0, result.ToString());
        }), _ => s_nothing);
    }

    [Fact]
    public void ASourceThatIsLazilyUnmountedIsWaitedFor()
    {
        _scene.Mount(_scene.Export().Port);
        _scene.Watch("source unmounted (umount -l), back after 6 s", () => Absent(() => Commands.ShellOutput($"umount -l '{_scene.Source.Path}'")), _ => s_nothing);
    }

    [Fact]
    public void ASourceThatHangsIsWaitedFor()
    {
        _scene.Mount(_scene.Export().Port);
        _scene.Watch("source hangs for 6 s (SIGSTOP)", () =>
        {
            _scene.Source.Freeze();
            Thread.Sleep(s_absence);
            _scene.Source.Thaw();
        }, _ => s_nothing);
    }

    [Fact]
    public void ASourceAwayBeyondTheGraceIsAnErrorAndNothingElse()
    {
        _scene.Mount(_scene.Export("--grace=2s").Port);
        _scene.Watch("source unmounted, back after 20 s, with --grace=2s", () => Absent(() =>
        {
            CommandResult result = _scene.Source.Unmount();
            Assert.True(result.ExitCode == 0, result.ToString());
            Thread.Sleep(TimeSpan.FromSeconds(14));
        }), _ => ["EIO"]);
    }

    /// <inheritdoc/>
    public void Dispose() => _scene.Dispose();

    private void Absent(Action goes)
    {
        goes();
        Thread.Sleep(s_absence);
        _ = _scene.Source.Start();
    }
}
