using System.Diagnostics;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>The source goes away and comes back beneath a stock smbd: its clients wait, and are told nothing that is not so.</summary>
public sealed class SambaOutageTests : IDisposable
{
    private const string AFile = "Movies/long.mkv";
    private const int AFileSize = (48 << 20) + 7;
    private const int Kill = 9;
    private const int Stop = 19;
    private const int Continue = 18;

    /// <summary>After this long nothing is told from memory any more.</summary>
    private static readonly TimeSpan s_timeToLive = TimeSpan.FromSeconds(1.5);

    private readonly TempTree _tree = new();
    private SourceKind _kind;
    private Mounted? _source;
    private Mounted? _mirror;
    private Samba? _samba;

    [Theory]
    [MemberData(nameof(SourceMatrix.Both), MemberType = typeof(SourceMatrix))]
    public void ADownloadGoesOnWhenTheSourceIsBack(SourceKind kind)
    {
        Samba samba = Export(kind);
        string copy = _tree.At("copy");
        Thread client = Start(() => samba.Client($"get {AFile.Replace('/', '\\')} {copy}"), out Func<CommandResult> result);
        Assert.True(Commands.Eventually(() => File.Exists(copy) && new FileInfo(copy).Length > 2 << 20), "the download does not begin");
        LoseSource();
        Assert.InRange(new FileInfo(copy).Length, 1, AFileSize - 1);
        Thread.Sleep(2000);
        Assert.True(client.IsAlive, "the download did not wait");
        ReturnSource();

        client.Join();
        Assert.True(result().ExitCode == 0, result().ToString());
        Assert.Equal(AFileSize, new FileInfo(copy).Length);
        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf(AFile), 0, File.ReadAllBytes(copy)));
    }

    [Theory]
    [InlineData(SourceKind.CSharp, true)]
    [InlineData(SourceKind.CSharp, false)]
    [InlineData(SourceKind.Go, true)]
    [InlineData(SourceKind.Go, false)]
    public void AListingWaitsAndOthersStillGetIn(SourceKind kind, bool bareDirectoryShows)
    {
        Samba samba = Export(kind);
        string complete = Names(samba.Client("recurse; ls"));
        LoseSource();
        if (bareDirectoryShows)
        {
            DetachSource();
        }

        Thread.Sleep(s_timeToLive);
        Thread first = Start(() => samba.Client("recurse; ls"), out Func<CommandResult> listed);
        Stopwatch clock = Stopwatch.StartNew();
        CommandResult second = samba.Client("pwd");
        Assert.True(second.ExitCode == 0, second.ToString());
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
        Assert.True(first.IsAlive, "the listing did not wait");

        ReturnSource();
        first.Join();
        Assert.Equal(complete, Names(listed()));
    }

    [Theory]
    [InlineData(SourceKind.CSharp)]
    [InlineData(SourceKind.Go)]
    public void AListingFailsAsADeviceDoesWhenTheSourceDoesNotComeBackInTime(SourceKind kind)
    {
        Samba samba = Export(kind, "--grace", "2s");
        string complete = Names(samba.Client("recurse; ls"));
        LoseSource();
        int failures = 0;
        for (int i = 0; i < 4; i++)
        {
            Thread.Sleep(s_timeToLive);
            CommandResult result = samba.Client("recurse; ls");
            string all = result.ToString();
            if (result.ExitCode != 0 || all.Contains("NT_STATUS_", StringComparison.Ordinal))
            {
                failures++;
                Assert.Matches("NT_STATUS_(IO_|UNEXPECTED_IO_|DEVICE_)", all);
                Assert.DoesNotMatch("NT_STATUS_(ACCESS_DENIED|NO_SUCH_FILE|OBJECT_|NETWORK_NAME_DELETED|BAD_NETWORK_NAME|CONNECTION_)", all);
            }
            else
            {
                Assert.Equal(complete, Names(result));
            }

            if (i == 1)
            {
                DetachSource();
            }
        }

        Assert.InRange(failures, 1, 4);
        ReturnSource();
        Assert.Equal(complete, Names(samba.Client("recurse; ls")));
    }

    /// <summary>smbd says OBJECT_PATH_NOT_FOUND of a file whose directory it cannot enter, for whatever reason (filename_convert_dirfsp).</summary>
    [Theory]
    [InlineData(SourceKind.CSharp, "lost")]
    [InlineData(SourceKind.Go, "lost")]
    [InlineData(SourceKind.CSharp, "hangs")]
    public void AFileInADirectoryFailsAsADeviceDoesAndIsNotSaidToBeGone(SourceKind kind, string how)
    {
        string name = AFile.Replace('/', '\\');
        Samba samba = Export(kind, "--grace=1s", "--deadline=1s");
        CommandResult before = samba.Client($"allinfo {name}");
        Assert.True(before.ExitCode == 0, before.ToString());
        if (how == "lost")
        {
            LoseSource();
            DetachSource();
        }
        else
        {
            _source!.Service.Signal(Stop);
        }

        for (int i = 0; i < 3; i++)
        {
            Thread.Sleep(s_timeToLive);
            Assert.Matches("NT_STATUS_IO_DEVICE_ERROR", samba.Client($"allinfo {name}").ToString());
        }

        if (how == "lost")
        {
            ReturnSource();
        }
        else
        {
            _source!.Service.Signal(Continue);
        }

        Assert.True(Commands.Eventually(() => samba.Client($"allinfo {name}").ExitCode == 0, 10), samba.Client($"allinfo {name}").ToString());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _samba?.Dispose();
        _mirror?.Dispose();
        _source?.Dispose();
        _tree.Dispose();
    }

    private Samba Export(SourceKind kind, params string[] mirrorOptions)
    {
        _kind = kind;
        ReturnSource();
        _mirror = Mounted.Mirror(_tree.At("source"), _tree.At("mirror"), mirrorOptions);
        return _samba = new Samba(_mirror.Path);
    }

    private void ReturnSource()
    {
        _source?.Dispose();

        // Slow enough that a download is still going on when the source is lost.
        _source = Mounted.Source(
            _kind, _tree.At("source"), "--read-latency", "0.1", "--sample", "--file", $"{AFile}={AFileSize}", "--wide", "Wide=200");
    }

    private void LoseSource()
    {
        _source!.Service.Signal(Kill);
        _ = _source.Service.WaitForExit();
    }

    private void DetachSource() => _ = Mounts.Unmount(System.Text.Encoding.UTF8.GetBytes(_source!.Path), UnmountFlags.Detach);

    private static Thread Start(Func<CommandResult> run, out Func<CommandResult> result)
    {
        CommandResult? left = null;
        result = () => left ?? throw new InvalidOperationException("the command failed to end");
        Thread thread = new(() => left = run()) { IsBackground = true };
        thread.Start();
        return thread;
    }

    /// <summary>The entries of a listing without what may differ from one to the next: the free space and the times of drifting sources.</summary>
    private static string Names(CommandResult result)
    {
        Assert.True(result.ExitCode == 0, result.ToString());
        string names = string.Join('\n', result.Output.Split('\n')
            .Where(line => line.StartsWith('\\') || line.StartsWith("  ", StringComparison.Ordinal))
            .Select(line => System.Text.RegularExpressions.Regex.Replace(line, @"\s+[DAHSRN]+\s+\d+  \w{3} \w{3} .*$", ""))
            .Order(StringComparer.Ordinal));
        Assert.Contains("f000199.bin", names, StringComparison.Ordinal);
        return names;
    }
}
