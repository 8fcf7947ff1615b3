using System.Text.Json;
using NlinkFs.Linux;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>nlinkfs refresh: what is kept for an hour is asked for anew as soon as somebody says so.</summary>
public sealed class RefreshTests : IDisposable
{
    private readonly TempTree _tree = new();
    private readonly Mounted _mirror;
    private readonly string _dir;

    public RefreshTests()
    {
        _ = _tree.Write("source/dir/resized", "12345");
        _ = _tree.Write("source/dir/removed", "x");
        _ = _tree.Write("source/dir/rewritten", "old content");
        _ = _tree.Write("source/other/resized", "12345");
        _mirror = Mounted.Mirror(
            _tree.At("source"), _tree.At("mirror"), "--io=proxy", "--entry-timeout=1h", "--attr-timeout=1h", "--negative-timeout=1h");
        _dir = _mirror.At("dir");
    }

    public void Dispose()
    {
        _mirror.Dispose();
        _tree.Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("dir")]
    [InlineData("/dir/")]
    public void WhatHasChangedShowsAfterARefreshAndNotBefore(string? path)
    {
        // The slash at the front stands for the mount point.
        path = path is ['/', ..] ? $"{_mirror.Path}{path}" : path;
        using FileStream open = File.OpenRead(Path.Combine(_dir, "rewritten"));
        Assert.Equal("old content", ReadFromStart(open));
        LookAtAll();
        ChangeAll();

        Assert.Equal(5ul, Look.At($"{_dir}/resized").Size);
        Assert.Equal(1ul, Look.At($"{_dir}/removed").Size);
        Assert.Equal(Errno.ENOENT, Look.ErrorAt($"{_dir}/added"));
        Assert.Equal(5, Look.List(_dir).Count);
        Assert.Equal("old content", ReadFromStart(open));

        CommandResult result = path is null ? Nlinkfs("refresh", _mirror.Path) : Nlinkfs("refresh", _mirror.Path, path);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Matches($"^refreshed {_mirror.Path}{(path is null ? "" : "/dir")}: \\d+ names known\n$", result.Output);

        Assert.Equal(10ul, Look.At($"{_dir}/resized").Size);
        Assert.Equal(Errno.ENOENT, Look.ErrorAt($"{_dir}/removed"));
        Assert.Equal("new", File.ReadAllText($"{_dir}/added"));
        Assert.Equal([".", "..", "added", "resized", "rewritten"], Look.List(_dir).Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Equal("new content", ReadFromStart(open));
        Assert.Equal("new content", File.ReadAllText($"{_dir}/rewritten"));
    }

    [Fact]
    public void APathThatIsNotThereYetIsLookedForAgain()
    {
        Assert.Equal(Errno.ENOENT, Look.ErrorAt($"{_dir}/new"));
        _ = _tree.Write("source/dir/new/file", "content");
        Assert.Equal(Errno.ENOENT, Look.ErrorAt($"{_dir}/new"));
        Assert.Equal(0, Nlinkfs("refresh", _mirror.Path, "dir/new/file").ExitCode);
        Assert.Equal("content", File.ReadAllText($"{_dir}/new/file"));
    }

    [Fact]
    public void OfWhatIsBesideThePathNothingButTheNamesIsAskedForAgain()
    {
        using FileStream open = File.OpenRead(_mirror.At("other/resized"));
        File.WriteAllText(_tree.At("source/other/resized"), "1234567890");
        Assert.Equal(0, Nlinkfs("refresh", _mirror.Path, "dir").ExitCode);
        Assert.Equal(5, open.Length);
        Assert.Equal(0, Nlinkfs("refresh", _mirror.Path, "other/resized").ExitCode);
        Assert.True(Commands.Eventually(() => open.Length == 10, 30));
    }

    [Fact]
    public void ANameMayHoldAnyByte()
    {
        string script = $$"""
            name=$'\xff "\\ \n x '
            printf 12345 > '{{_tree.At("source/dir")}}/'"$name"
            stat -c %s '{{_dir}}/'"$name"
            printf 1234567890 > '{{_tree.At("source/dir")}}/'"$name"
            stat -c %s '{{_dir}}/'"$name"
            '{{Programs.Nlinkfs}}' refresh '{{_mirror.Path}}' "dir/$name" | tail -c 24
            stat -c %s '{{_dir}}/'"$name"
            """;
        Assert.Equal("""
            5
            5
            c \x0a x : 1 name known
            10

            """, Commands.ShellOutput(script));
    }

    [Fact]
    public void WhatIsNotInTheMirrorIsToldSo()
    {
        CommandResult outside = Nlinkfs("refresh", _mirror.Path, _tree.At("source/dir"));
        Assert.Equal(1, outside.ExitCode);
        Assert.Contains($"{_tree.At("source/dir")} is not in the mirror\n         the mirror is {_mirror.Path}", outside.Error, StringComparison.Ordinal);
        Assert.Equal(1, Nlinkfs("refresh", _mirror.Path, "dir/../other").ExitCode);
        Assert.Equal(1, Nlinkfs("refresh", _tree.At("source")).ExitCode);
    }

    /// <summary>Lookups and reads that are under way hold locks in the kernel that a refresh must not wait for.</summary>
    [Fact]
    public void ASourceThatHangsHangsNoRefresh()
    {
        const int Stop = 19;
        const int Continue = 18;
        using Fixture mount = new(SourceKind.CSharp, ["--entry-timeout=0", "--attr-timeout=0"], "--entry-timeout=0", "--attr-timeout=0");
        using FileStream open = File.OpenRead(mount.InMirror("Movies/Sintel (2010)/Sintel (2010).mkv"));
        mount.Source.Service.Signal(Stop);
        Meanwhile<int> reading = new(() => RandomAccess.Read(open.SafeFileHandle, new byte[4096], 0));
        Service[] waiting = [.. Enumerable.Range(0, 8).Select(i => new Service("/usr/bin/stat", [mount.InMirror($"Movies/missing {i}")]))];
        try
        {
            Assert.True(Commands.Eventually(() => StatusOf(mount).GetProperty("workers").GetInt32() > waiting.Length + 1, 30));
            CommandResult all = Nlinkfs("refresh", "--timeout=40s", mount.Mirror.Path);
            Assert.Equal((0, ""), (all.ExitCode, all.Error));
            CommandResult one = Nlinkfs("refresh", "--timeout=40s", mount.Mirror.Path, "Movies/missing 1");
            Assert.Equal((0, ""), (one.ExitCode, one.Error));
            Assert.False(reading.IsOver);
        }
        finally
        {
            mount.Source.Service.Signal(Continue);
            _ = reading.Result;
            foreach (Service one in waiting)
            {
                one.Dispose();
            }
        }
    }

    private static JsonElement StatusOf(Fixture mount) => JsonDocument.Parse(Nlinkfs("status", "--json", mount.Mirror.Path).Output).RootElement;

    private static CommandResult Nlinkfs(params string[] arguments) => Commands.Run(Programs.Nlinkfs, arguments);

    private static string ReadFromStart(FileStream stream)
    {
        byte[] buffer = new byte[100];
        return System.Text.Encoding.UTF8.GetString(buffer, 0, RandomAccess.Read(stream.SafeFileHandle, buffer, 0));
    }

    private void LookAtAll()
    {
        _ = Look.At($"{_dir}/resized");
        _ = Look.At($"{_dir}/removed");
        Assert.Equal(Errno.ENOENT, Look.ErrorAt($"{_dir}/added"));
        Assert.Equal(5, Look.List(_dir).Count);
    }

    private void ChangeAll()
    {
        File.WriteAllText(_tree.At("source/dir/resized"), "1234567890");
        File.WriteAllText(_tree.At("source/dir/rewritten"), "new content");
        File.Delete(_tree.At("source/dir/removed"));
        _ = _tree.Write("source/dir/added", "new");
    }
}
