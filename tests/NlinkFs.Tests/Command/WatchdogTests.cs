using NlinkFs.Supervision;
using NlinkFs.Testing;
using Serilog.Core;
using Xunit;

namespace NlinkFs.Tests.Command;

/// <summary>When a service manager's watchdog is fed.</summary>
public sealed class WatchdogTests : IDisposable
{
    private const string Ping = "WATCHDOG=1";

    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void ItIsFedOnlyWhileTheDaemonSaysThatItLives()
    {
        using NotifySocket socket = new(_tree.At("notify"));
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", socket.Address);
        Environment.SetEnvironmentVariable("WATCHDOG_USEC", "100000");
        int asked = 0;
        bool isAlive = true;
        using ServiceManager manager = new(Logger.None);
        manager.Follow(() => "status", () =>
        {
            _ = Interlocked.Increment(ref asked);
            return Volatile.Read(ref isAlive);
        });
        Assert.True(Commands.Eventually(() => socket.Count(Ping) > 3, 30));

        Volatile.Write(ref isAlive, false);
        WaitUntilAsked(2);
        int fed = socket.Count(Ping);
        WaitUntilAsked(10);
        Assert.InRange(socket.Count(Ping), fed, fed + 1); // one may have been on its way
        fed = socket.Count(Ping);
        WaitUntilAsked(10);
        Assert.Equal(fed, socket.Count(Ping));

        Volatile.Write(ref isAlive, true);
        Assert.True(Commands.Eventually(() => socket.Count(Ping) > fed, 30));
        Assert.Equal(1, socket.Count("STATUS=status"));

        void WaitUntilAsked(int times)
        {
            int before = Volatile.Read(ref asked);
            Assert.True(Commands.Eventually(() => Volatile.Read(ref asked) >= before + times, 30));
        }
    }

    [Theory]
    [InlineData("2000000", null, 1000)]
    [InlineData("1", null, 1)]
    [InlineData("0", null, -1)]
    [InlineData("soon", null, -1)]
    [InlineData(null, null, -1)]
    [InlineData("2000000", "1", -1)]
    public void ItsPeriodIsHalved(string? period, string? process, int milliseconds) =>
        Assert.Equal(milliseconds, ServiceManager.Watchdog(period, process).TotalMilliseconds);
}
