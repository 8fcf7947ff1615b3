using System.Globalization;
using System.Net.Sockets;
using System.Text;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>nlinkfs trace follows requests as they go by, and holds none of them up.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly TempTree _tree = new();
    private readonly Mounted _mirror;

    public TraceTests()
    {
        _ = _tree.Write("source/file", new string('x', 1 << 20));
        _mirror = Mounted.Mirror(_tree.MakeDirectory("source"), _tree.At("mirror"), "--io=proxy", "--negative-timeout=0", "--entry-timeout=0");
    }

    public void Dispose()
    {
        _mirror.Dispose();
        _tree.Dispose();
    }

    [Fact]
    public void RequestsAndAnswersAreShownAsTheyGoBy()
    {
        using Service trace = Follow();
        Assert.Equal(Errno.ENOENT, Look.ErrorAt(_mirror.At("missing")));
        Assert.Equal(1 << 20, File.ReadAllText(_mirror.At("file")).Length);
        trace.WaitFor("spliced", 30);
        Assert.Matches("""(?m)^rx (\d+): LOOKUP n1 \["missing"\] p\d+\n(.*\n)*tx \1:     2=[^(]*\(ENOENT\) \d+(\.\d+)?ms$""", trace.Log);
        Assert.Matches(@"(?m)^tx \d+:     OK, \d+b data, spliced \d+(\.\d+)?ms$", trace.Log);
        trace.Signal(2);
        Assert.NotEqual(-1, trace.WaitForExit(30));

        // Who comes next begins anew.
        using Service second = Follow("--count=2");
        Assert.Equal(Errno.ENOENT, Look.ErrorAt(_mirror.At("a")));
        Assert.Equal(Errno.ENOENT, Look.ErrorAt(_mirror.At("b")));
        Assert.Equal(0, second.WaitForExit(30));
        Assert.Equal(2, second.Log.Split('\n').Count(line => line.StartsWith("tx", StringComparison.Ordinal)));
        Assert.DoesNotContain("\"missing\"", second.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void OfSlowRequestsOnlyThoseAreShownThatAre()
    {
        const int Stop = 19;
        const int Continue = 18;
        using Fixture mount = new(SourceKind.CSharp, ["--entry-timeout=0"], "--negative-timeout=0");
        using Service trace = FollowAt(mount.Mirror.Path, "--slow=3s");
        Assert.Equal(Errno.ENOENT, Look.ErrorAt(mount.InMirror("quick")));
        mount.Source.Service.Signal(Stop);
        Meanwhile<Errno> slow = new(() => Look.ErrorAt(mount.InMirror("slow")));
        Thread.Sleep(4000);
        mount.Source.Service.Signal(Continue);
        Assert.Equal(Errno.ENOENT, slow.Result);
        trace.WaitFor("ENOENT", 30);
        Assert.Matches("""(?m)^rx (\d+): LOOKUP n1 \["slow"\] p\d+\n(.*\n)*tx \1:     2=[^(]*\(ENOENT\) [3-9]\d{3}(\.\d+)?ms$""", trace.Log);
        Assert.DoesNotContain("quick", trace.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void AClientThatTakesNothingHoldsUpNoRequestAndIsToldWhatItMissed()
    {
        const int MoreThanAllBuffersHold = 10_000;
        using Socket client = Connect();
        _ = client.Send("trace\n"u8);
        Assert.Equal((byte)'{', Receive(client, 3)[0]);
        for (int i = 0; i < MoreThanAllBuffersHold; i++)
        {
            Assert.Equal(Errno.ENOENT, Look.ErrorAt(_mirror.At("missing")));
        }

        client.ReceiveTimeout = 30_000;
        StringBuilder all = new();
        while (!all.ToString().Contains("lines left out", StringComparison.Ordinal))
        {
            all.Append(Encoding.UTF8.GetString(Receive(client, 1 << 20)));
        }

        Assert.Matches(@"-- \d+ lines left out", all.ToString());
        Assert.Equal(0, Commands.Run(Programs.Nlinkfs, "health", _mirror.Path).ExitCode);
    }

    [Fact]
    public void OnlySomeMayFollowAndThePlaceOfOneWhoLeavesIsFree()
    {
        Socket[] four = [.. Enumerable.Range(0, 4).Select(_ => Connect())];
        Assert.All(four, client =>
        {
            _ = client.Send("trace\n"u8);
            _ = Receive(client, 3);
        });
        CommandResult fifth = Commands.Run(Programs.Nlinkfs, "trace", "--count=1", _mirror.Path);
        Assert.Equal(4, fifth.ExitCode);
        Assert.Contains("4 others follow the requests already", fifth.Error, StringComparison.Ordinal);
        foreach (Socket client in four)
        {
            client.Dispose();
        }

        Assert.True(Commands.Eventually(
            () =>
            {
                Service next = new(Programs.Nlinkfs, ["trace", "--count=1", _mirror.Path]);
                bool begun = Commands.Eventually(() => next.Log.Contains("following", StringComparison.Ordinal) || next.HasExited, 30);
                bool follows = begun && !next.HasExited;
                next.Dispose();
                return follows;
            },
            30));
    }

    [Fact]
    public void ItEndsWithTheMirror()
    {
        using Service trace = Follow();
        Assert.Equal(0, Commands.Run(Programs.Nlinkfs, "unmount", _mirror.Path).ExitCode);
        Assert.Equal(4, trace.WaitForExit(30));
        Assert.Contains($"{_mirror.Path}: the mirror has ended", trace.Log, StringComparison.Ordinal);
        CommandResult gone = Commands.Run(Programs.Nlinkfs, "trace", _mirror.Path);
        Assert.Equal(1, gone.ExitCode);
    }

    private Service Follow(params string[] options) => FollowAt(_mirror.Path, options);

    private static Service FollowAt(string mountPoint, params string[] options)
    {
        Service trace = new(Programs.Nlinkfs, ["trace", .. options, mountPoint]);
        trace.WaitFor("nlinkfs: following ", 30);
        return trace;
    }

    private Socket Connect()
    {
        MountEntry mount = MountTable.TopAt(Encoding.UTF8.GetBytes(_mirror.Path))!;
        string path = string.Create(CultureInfo.InvariantCulture, $"/run/nlinkfs/{mount.Major}-{mount.Minor}.sock");

        // The mirror answers a moment before its daemon does.
        Assert.True(Commands.Eventually(() => Commands.Run(Programs.Nlinkfs, "health", "--live", _mirror.Path).ExitCode == 0, 30));
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static byte[] Receive(Socket socket, int most)
    {
        byte[] buffer = new byte[most];
        return buffer[..socket.Receive(buffer)];
    }
}
