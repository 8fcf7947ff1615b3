using Xunit;

namespace NlinkFs.CifsTests;

/// <summary>What kernel clients see when the server fails: they find the next one by themselves, and go on in the files they have open.</summary>
public sealed class ServerFaultTests(Guests guests) : IDisposable
{
    private readonly Scene _scene = new(guests);

    [Fact]
    public void AfterSmbdWasKilledClientsGoOn()
    {
        Share share = _scene.Export();
        _scene.Mount(share.Port);
        _ = _scene.Watch("smbd killed, started again by nlinkfs run", share.KillSmbd, Scene.AtReconnecting);
    }

    [Fact]
    public void AfterTheContainerWasRestartedClientsGoOn()
    {
        Share share = _scene.Export();
        _scene.Mount(share.Port);
        _ = _scene.Watch("smbd and nlinkfs killed, nlinkfs run started again after 3 s", () =>
        {
            share.KillAll();
            Thread.Sleep(TimeSpan.FromSeconds(3));
            share.StartAgain();
        }, Scene.AtReconnecting);
    }

    [Theory]
    [InlineData("the old server is stopped", false)]
    [InlineData("the old server falls silent", true)]
    public void WhenTheAddressMovesToAnotherServerClientsGoOn(string how, bool silently)
    {
        Share first = _scene.Export();
        using Address address = new(first.Port);
        _scene.Mount(address.Port);
        _ = _scene.Watch($"the service's address moves to another mirror and smbd; {how}", () =>
        {
            Share second = _scene.Export();
            if (!silently)
            {
                first.KillAll();
            }

            address.Move(second.Port, silently);
        }, Scene.AtReconnecting);
    }

    /// <inheritdoc/>
    public void Dispose() => _scene.Dispose();
}
