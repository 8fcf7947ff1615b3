using System.Text;
using NlinkFs.Linux;
using NlinkFs.Testing;
using NlinkFs.Testing.Containers;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>What goes wrong around the container in a pod, and what clients of its share see of it.</summary>
public sealed class ContainerFaultTests : IDisposable
{
    private const string AFile = "Movies/long.mkv";
    private const int AFileSize = (24 << 20) + 7;
    private const string SmallFile = "Movies/Sintel (2010)/Sintel (2010).en.srt";
    private const int Kill = 9;
    private const int Stop = 19;
    private const int Continue = 18;

    /// <summary>A server that is not there, or dies.</summary>
    private const string Disconnected =
        "^NT_STATUS_(CONNECTION_(REFUSED|RESET|DISCONNECTED)|HOST_UNREACHABLE|IO_TIMEOUT|END_OF_FILE|LOCAL_DISCONNECT|INVALID_NETWORK_RESPONSE|NETWORK_NAME_DELETED)$";

    /// <summary>A disk that does not work. "Path not found" is what smbd makes of EIO from a directory on the way to a file.</summary>
    private const string Broken = "^NT_STATUS_(IO_DEVICE_ERROR|UNEXPECTED_IO_ERROR|IO_TIMEOUT|OBJECT_PATH_NOT_FOUND)$";

    /// <summary>Slow enough that a download is still going on when something breaks.</summary>
    private static readonly string[] s_library = ["--read-latency", "0.1", "--sample", "--file", $"{AFile}={AFileSize}", "--wide", "Wide=200"];

    private readonly Lan _lan;
    private readonly Pod _pod;
    private readonly SmbClient _client;
    private IReadOnlyList<string> _library = [];
    private ShareWatch? _watch;
    private Service? _download;

    public ContainerFaultTests()
    {
        ContainerImage image = ContainerImage.Named("bookworm");
        _lan = new Lan();
        _pod = new Pod(_lan, image);
        _client = new SmbClient(_lan.Join(), _pod.Network.Address);
    }

    public void Dispose()
    {
        _download?.Dispose();
        _watch?.Dispose();
        _pod.Dispose();
        _lan.Dispose();
    }

    [Fact]
    public void ASourceThatIsRestartedIsAPauseAndNoMore()
    {
        ServeAndDownload();
        Assert.Equal(0, _pod.Source.Stop());
        AssertNotReadyButLive();
        _pod.StartSource(s_library);
        AssertDownloadIsRight();
        EndsWell("^$");
    }

    [Fact]
    public void ASourceThatIsKilledIsAPauseAndNoMore()
    {
        ServeAndDownload();
        _pod.Source.Crash();
        AssertNotReadyButLive();
        _pod.ClearSource();
        _pod.StartSource(s_library);
        AssertDownloadIsRight();
        EndsWell("^$");
    }

    [Fact]
    public void ASourceThatHangsIsNotReadyButLiveAndProbesAreNotCaughtInIt()
    {
        ServeAndDownload();
        _pod.Source.Signal(Stop);
        AssertNotReadyButLive();
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(1, _pod.Ready().ExitCode);
            Assert.Equal(0, _pod.Live().ExitCode);
        }

        Assert.Equal([_pod.Server.Id], _pod.ProcessesNamed("nlinkfs"));
        _pod.Source.Signal(Continue);
        AssertDownloadIsRight();
        EndsWell(Broken);
    }

    /// <summary>A minute would show no more: from ten seconds on nothing changes about how it waits (SourceWatch).</summary>
    [Fact]
    public void WhileASourceIsAMinuteLateThereIsNoShareAndThenThereIs()
    {
        _ = _pod.StartServer();
        _library = LibraryOfAnotherSource();
        _watch = new ShareWatch(_client, _library, SmallFile);
        AssertNotReadyButLive();
        Thread.Sleep(12_000);
        Assert.Equal(0, _watch.Successes);
        AssertNotReadyButLive();
        _pod.StartSource(s_library);
        EndsWell("^NT_STATUS_CONNECTION_REFUSED$");
    }

    [Fact]
    public void TheBareMountPointIsNeverShown()
    {
        Serve("NLINKFS_GRACE=2s");
        Assert.Equal(0, _pod.Source.Stop());
        Assert.Empty(Directory.GetFileSystemEntries(_pod.SourcePath));
        Assert.True(Commands.Eventually(() => _watch!.Errors.Count > 0, 60), "nobody is told that the source is gone");
        Assert.All(_watch!.Errors, error => Assert.Matches(Broken, error));

        // Nor by the next one, which has never seen the source.
        _pod.Server.Crash();
        _ = _pod.RestartServer();
        AssertNotReadyButLive();
        Thread.Sleep(2000);
        _pod.StartSource(s_library);
        EndsWell($"{Broken}|{Disconnected}");
    }

    [Fact]
    public void SmbdThatIsKilledIsStartedAgain()
    {
        Serve();
        int smbd = _pod.ProcessesNamed("smbd").Single(IsStartedByNlinkfs);
        _ = Processes.Kill(smbd, Kill);
        Assert.True(Commands.Eventually(() => _pod.ProcessesNamed("smbd").Where(IsStartedByNlinkfs).Any(id => id != smbd), 60), _pod.Server.Log);
        EndsWell(Disconnected);
    }

    [Fact]
    public void NlinkfsThatIsKilledEndsTheContainerAndTheNextOneServes()
    {
        Serve();
        _pod.Server.Signal(Kill);
        Assert.Equal(137, _pod.Server.WaitForExit());
        _ = _pod.RestartServer();
        EndsWell(Disconnected);
    }

    [Fact]
    public void TermUnderLoadEndsTheContainerInTimeAndTheNextOneServes()
    {
        ServeAndDownload();
        long begun = Environment.TickCount64;
        Assert.Equal(0, _pod.Server.Stop(seconds: 60));
        Assert.InRange(Environment.TickCount64 - begun, 0, 10_000);
        Assert.Contains(_pod.SourcePath, MountPoints());
        Assert.DoesNotContain(MountTable.Read(), mount => mount.Type == "fuse.nlinkfs" && IsInPod(mount));
        _ = _pod.RestartServer();
        EndsWell(Disconnected);
    }

    /// <summary>Once as when a node is lost, once as when a pod is evicted.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheServiceAddressMovesToAnotherPodWithinAMinute(bool isCutOff)
    {
        using Pod other = new(_lan, ContainerImage.Named("bookworm"));
        other.StartSource(s_library);
        _ = other.StartServer();
        _pod.StartSource(s_library);
        _ = _pod.StartServer();
        _pod.WaitUntilReady();
        other.WaitUntilReady();

        _lan.ServeFrom(_pod.Network);
        SmbClient client = _client with { Server = Lan.ServiceAddress, Patience = 10 };
        Watch(client);
        string copy = BeginDownload(client);
        if (!isCutOff)
        {
            Assert.Equal(0, _pod.Server.Stop());
        }

        _lan.ServeFrom(other.Network);
        _watch!.WaitForMore(seconds: 60);
        Assert.True(_download!.WaitForExit(60) > 0, "the download did not notice");
        Assert.InRange(new FileInfo(copy).Length, 1, AFileSize - 1);
        CommandResult rest = client.Run($"reget {AFile.Replace('/', '\\')} {copy}");
        Assert.True(rest.ExitCode == 0, rest.ToString());
        AssertIsRight(copy);
        EndsWell(Disconnected);
    }

    /// <summary>A source, the container on it, and a client that lists and reads without end.</summary>
    private void Serve(params string[] environment)
    {
        _pod.StartSource(s_library);
        _ = _pod.StartServer(environment);
        _pod.WaitUntilReady();
        Watch(_client);
    }

    private void ServeAndDownload()
    {
        Serve();
        _ = BeginDownload(_client);
    }

    private void Watch(SmbClient client)
    {
        _pod.WaitUntilServed(client);
        _library = SmbListing.Of(_pod.SourcePath);
        _watch = new ShareWatch(client, _library, SmallFile);
        _watch.WaitForMore(1);
    }

    private string Copy => Path.Combine(_pod.Scratch, "copy");

    private string BeginDownload(SmbClient client)
    {
        _download = client.Start($"get {AFile.Replace('/', '\\')} {Copy}");
        Assert.True(Commands.Eventually(() => File.Exists(Copy) && new FileInfo(Copy).Length > 2 << 20, 60), $"the download does not begin: {_download.Log}");
        Assert.InRange(new FileInfo(Copy).Length, 1, AFileSize - 1);
        return Copy;
    }

    private void AssertNotReadyButLive()
    {
        Assert.True(Commands.Eventually(() => _pod.Ready().ExitCode == 1, 60), "it stays ready");

        // One that has just been started has its settings to check first.
        Assert.True(Commands.Eventually(() => _pod.Live().ExitCode == 0, 60), _pod.Live().ToString());
        Assert.Equal(1, _pod.Ready().ExitCode);
    }

    private void AssertDownloadIsRight()
    {
        Assert.True(_download!.WaitForExit(120) == 0, _download.Log);
        AssertIsRight(Copy);
    }

    private static void AssertIsRight(string copy)
    {
        Assert.Equal(AFileSize, new FileInfo(copy).Length);
        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf(AFile), 0, File.ReadAllBytes(copy)));
    }

    /// <summary>The client is served again, was never told anything wrong, and got no other errors than these.</summary>
    private void EndsWell(string errors)
    {
        _watch!.WaitForMore();
        Assert.Empty(_watch.End());
        TestContext.Current.TestOutputHelper?.WriteLine(_watch.ToString());
        Assert.All(_watch.Errors, error => Assert.Matches(errors, error));
    }

    /// <summary>What <see cref="s_library"/> makes, while the pod's own source is not there yet.</summary>
    private IReadOnlyList<string> LibraryOfAnotherSource()
    {
        using Mounted source = Mounted.Source(SourceKind.CSharp, Path.Combine(_pod.Scratch, "another"), s_library);
        return SmbListing.Of(source.Path);
    }

    private bool IsStartedByNlinkfs(int id) => File.ReadAllText($"/proc/{_pod.Server.Id}/task/{_pod.Server.Id}/children").Split(' ').Contains($"{id}");

    private static IEnumerable<string> MountPoints() => MountTable.Read().Select(mount => Encoding.UTF8.GetString(mount.MountPoint));

    private bool IsInPod(MountEntry mount) => Encoding.UTF8.GetString(mount.MountPoint).StartsWith(_pod.Scratch, StringComparison.Ordinal);
}
