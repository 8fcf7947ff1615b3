using NlinkFs.Testing;
using NlinkFs.Testing.Containers;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>The image under runc as the manifests ask for it, its source in another container, its clients in other network namespaces.</summary>
public sealed class ContainerTests : IDisposable
{
    private const string Large = "Shows/Pioneer One/Season 01/Pioneer One - S01E02.mkv";
    private const long LargeSize = 5368709243;
    private const string AnyError = "NT_STATUS_";

    private static readonly string[] s_files =
        ["empty.txt", "readme.txt", "Movies/Sintel (2010)/Sintel (2010).en.srt", "Music/Caf\u00e9/\u00e9tude.flac", "Movies/Big Buck Bunny (2008)/Big Buck Bunny (2008).mkv"];

    private readonly Lan _lan = new();
    private Pod? _pod;

    public static TheoryData<string> Variants => ["bookworm", "backports"];

    public void Dispose()
    {
        _pod?.Dispose();
        _lan.Dispose();
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void GuestsSeeTheSourceByteForByteAndChangeNothing(string variant)
    {
        Pod pod = Start(variant);
        SmbClient client = Client(pod);
        AssertServesAll(pod, client);
        foreach (string change in (string[])["mkdir new", "del readme.txt", "rename readme.txt other", $"put {WriteLocal("local", "x")} new", "rmdir Music"])
        {
            CommandResult refused = client.Run(change);
            Assert.Matches("NT_STATUS_(ACCESS_DENIED|MEDIA_WRITE_PROTECTED)", refused.ToString());
        }

        Assert.Equal(SmbListing.Of(pod.SourcePath), client.List());
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void UsersNeedTheirPasswordAndGuestsStayOut(string variant)
    {
        Pod pod = Start(variant, "USER_MOVIES=tr%ub4dor &3", "USER_MUSIC=other");
        SmbClient client = Client(pod);
        SmbClient known = client with { User = "movies%tr%ub4dor &3" };
        pod.WaitUntilServed(known);
        Assert.DoesNotContain("tr%ub4dor", pod.Server.Log, StringComparison.Ordinal);
        foreach ((string user, string refusal) in (IEnumerable<(string, string)>)[
            ("movies%wrong", "NT_STATUS_LOGON_FAILURE"),
            ("movies%other", "NT_STATUS_LOGON_FAILURE"),
            ("nobody%", "NT_STATUS_(LOGON_FAILURE|ACCESS_DENIED|ACCOUNT_DISABLED)"),
            ("stranger%other", "NT_STATUS_LOGON_FAILURE"),
        ])
        {
            CommandResult refused = (client with { User = user }).Run("ls");
            Assert.True(refused.ExitCode != 0, $"{user}: {refused}");
            Assert.Matches(refusal, refused.ToString());
        }

        Assert.Matches("NT_STATUS_(LOGON_FAILURE|ACCESS_DENIED)", client.Run("ls").ToString());
        AssertServesAll(pod, known);
        Assert.Equal(SmbListing.Of(pod.SourcePath), (client with { User = "music%other" }).List());
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void SmbdWithoutRootServesOnAHighPort(string variant)
    {
        Pod pod = Start(variant, "SMB_ROOTLESS=yes", "SMB_PORT=1445", "FORCE_USER=4321:4322");
        AssertServesAll(pod, Client(pod) with { Port = 1445 });
        Assert.NotEmpty(pod.ProcessesNamed("smbd"));
        Assert.All(pod.ProcessesNamed("smbd"), id =>
        {
            Assert.Equal(["4321", "4321", "4321", "4321"], StatusOf(id, "Uid"));
            Assert.Equal(["0000000000000000"], StatusOf(id, "CapEff"));
        });
    }

    [Fact]
    public void ItRunsWithFiveCapabilitiesAndAReadOnlyRoot()
    {
        Pod pod = Start("bookworm");

        // DAC_READ_SEARCH 2, SETGID 6, SETUID 7, NET_BIND_SERVICE 10, SYS_ADMIN 21.
        Assert.Equal(["00000000002004c4"], StatusOf(pod.Server.Id, "CapBnd"));
        Assert.Equal(["1"], StatusOf(pod.Server.Id, "NoNewPrivs"));
        Assert.Contains("Read-only file system", pod.Server.Execute("touch", "/etc/x").Error, StringComparison.Ordinal);

        // A device that nobody has allowed, and the mirror, which is the container's own.
        Assert.NotEqual(0, pod.Server.Execute("sh", "-c", "mknod /run/mem c 1 1 && cat /run/mem").ExitCode);
        Assert.Contains("/export/dfs fuse.nlinkfs", pod.Server.Execute("cat", "/proc/self/mounts").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("nlinkfs", Commands.ShellOutput($"grep '{pod.Scratch}' /proc/self/mountinfo").Replace("/nlinkfs-test-", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private Pod Start(string variant, params string[] environment)
    {
        _pod = new Pod(_lan, ContainerImage.Named(variant));
        _pod.StartSource();
        _ = _pod.StartServer(environment);
        _pod.WaitUntilReady();
        return _pod;
    }

    private SmbClient Client(Pod pod) => new(_lan.Join(), pod.Network.Address);

    /// <summary>The listing is the source's, and so are the bytes: of whole files, and beyond 4 GiB.</summary>
    private static void AssertServesAll(Pod pod, SmbClient client)
    {
        pod.WaitUntilServed(client);
        Assert.Equal(SmbListing.Of(pod.SourcePath), client.List());
        string copy = Path.Combine(pod.Scratch, "copy");
        foreach (string file in s_files)
        {
            CommandResult result = client.Run($"get \"{file.Replace('/', '\\')}\" {copy}");
            Assert.True(result.ExitCode == 0, result.ToString());
            Assert.Equal(File.ReadAllBytes(Path.Combine(pod.SourcePath, file)), File.ReadAllBytes(copy));
            File.Delete(copy);
        }

        // reget goes on where a local file ends: a sparse one makes it read the last bytes only.
        const long Offset = LargeSize - 3_000_001;
        using (FileStream stream = new(copy, FileMode.Create))
        {
            stream.SetLength(Offset);
        }

        CommandResult rest = client.Run($"reget \"{Large.Replace('/', '\\')}\" {copy}");
        Assert.True(rest.ExitCode == 0 && !rest.ToString().Contains(AnyError, StringComparison.Ordinal), rest.ToString());
        Assert.Equal(LargeSize, new FileInfo(copy).Length);
        Assert.Equal(-1, Content.FirstDifference(Content.KeyOf(Large), Offset, Look.Bytes(copy, Offset, (int)(LargeSize - Offset))));
        File.Delete(copy);
    }

    private string WriteLocal(string name, string content)
    {
        string path = Path.Combine(_pod!.Scratch, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static string[] StatusOf(int id, string field) => File.ReadLines($"/proc/{id}/status")
        .Single(line => line.StartsWith($"{field}:", StringComparison.Ordinal))[(field.Length + 1)..]
        .Split('\t', StringSplitOptions.RemoveEmptyEntries);
}
