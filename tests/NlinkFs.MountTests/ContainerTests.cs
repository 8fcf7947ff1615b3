using NlinkFs.Testing;
using NlinkFs.Testing.Containers;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>The image under runc as the manifests ask for it, its source in another container, its clients in other network namespaces.</summary>
public sealed class ContainerTests : IDisposable
{
    private const string Large = "Shows/Pioneer One/Season 01/Pioneer One - S01E02.mkv";

    private readonly Lan _lan = new();
    private Pod? _pod;

    public void Dispose()
    {
        _pod?.Dispose();
        _lan.Dispose();
    }

    [Theory]
    [InlineData("bookworm")]
    [InlineData("backports")]
    public void GuestsSeeTheSourceByteForByte(string variant)
    {
        Pod pod = Start(variant, "GUEST_OK=yes");
        SmbClient client = new(_lan.Join(), pod.Network.Address);
        Assert.Equal(SmbListing.Of(pod.SourcePath), client.List());
    }

    private Pod Start(string variant, params string[] environment)
    {
        _pod = new Pod(_lan, ContainerImage.Named(variant));
        _pod.StartSource();
        _ = _pod.StartServer(environment);
        _pod.WaitUntilReady();
        return _pod;
    }
}
