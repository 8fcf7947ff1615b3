using System.Text.Json;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>Settings from a file and the environment, and nlinkfs config show, which says what is in force and why.</summary>
public sealed class ConfigTests : IDisposable
{
    private readonly TempTree _tree = new();
    private readonly string _source;
    private readonly string _mirror;
    private readonly string _file;

    public ConfigTests()
    {
        _source = _tree.MakeDirectory("source");
        _ = _tree.Write("source/file");
        _mirror = _tree.MakeDirectory("mirror");
        _file = _tree.At("media.toml");
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void AFileIsAllAMountNeeds()
    {
        Write($"""
            # A comment
            source = "{_source}"
            mountpoint = '{_mirror}'

            entry-timeout = "7s"
            attr-timeout = 8
            negative-timeout = 0.5
            stale-listing = true
            foreground = true
            options = "noatime,fsname=media"
            """);
        using Service mount = new(Programs.Nlinkfs, ["mount", "--config", _file]);
        mount.WaitFor("Mirroring ", 30);
        JsonElement times = JsonDocument.Parse(Nlinkfs([], "status", "--json", _mirror).Output).RootElement.GetProperty("times");
        Assert.Equal(7, times.GetProperty("entryTimeoutSeconds").GetDouble());
        Assert.Equal(8, times.GetProperty("attrTimeoutSeconds").GetDouble());
        Assert.Equal(0.5, times.GetProperty("negativeTimeoutSeconds").GetDouble());
        string mounted = Commands.ShellOutput($"findmnt -n -o SOURCE,OPTIONS '{_mirror}'");
        Assert.StartsWith("media ", mounted, StringComparison.Ordinal);
        Assert.Contains("noatime", mounted, StringComparison.Ordinal);
    }

    [Fact]
    public void TheEnvironmentIsAllARunNeeds()
    {
        using Service run = new(
            Programs.Nlinkfs,
            ["run", "--", "sh", "-c", "echo up; exec sleep 1000"],
            start =>
            {
                start.Environment["NLINKFS_SOURCE"] = _source;
                start.Environment["NLINKFS_MOUNTPOINT"] = _mirror;
                start.Environment["NLINKFS_SOURCE_MOUNT"] = "no";
                start.Environment["NLINKFS_ENTRY_TIMEOUT"] = "9s";
                start.Environment["NLINKFS_GRACE"] = "";
            });
        run.WaitFor("up\n", 30);
        JsonElement times = JsonDocument.Parse(Nlinkfs([], "status", "--json", _mirror).Output).RootElement.GetProperty("times");
        Assert.Equal(9, times.GetProperty("entryTimeoutSeconds").GetDouble());
        Assert.Equal(30, times.GetProperty("graceSeconds").GetDouble());
    }

    [Fact]
    public void TheCommandLineBeatsOAndThatTheEnvironmentAndThatTheFile()
    {
        Write("""
            entry-timeout = "7s"
            """);
        string file = $"{_file}:1";
        (string, string)[] environment = [("NLINKFS_ENTRY_TIMEOUT", "6s")];
        Assert.Equal(("1s", "default"), Shown([], "entry-timeout"));
        Assert.Equal(("7s", file), Shown([], "entry-timeout", "--config", _file));
        Assert.Equal(("7s", file), Shown([("NLINKFS_CONFIG", _file)], "entry-timeout"));
        Assert.Equal(("7s", file), Shown([], "entry-timeout", "-o", $"ro,config={_file}"));
        Assert.Equal(("6s", "NLINKFS_ENTRY_TIMEOUT"), Shown(environment, "entry-timeout", "--config", _file));
        Assert.Equal(("5s", "-o"), Shown(environment, "entry-timeout", "--config", _file, "-o", "entry-timeout=5s"));
        Assert.Equal(("4s", "command line"), Shown(environment, "entry-timeout", "--config", _file, "-o", "entry-timeout=5s", "--entry-timeout=4s"));
    }

    [Fact]
    public void WhatIsShownIsWhatIsMounted()
    {
        Write($"""
            source = "/no/such"
            mountpoint = "/no/such"
            entry-timeout = "7s"
            wait-source = "1s"
            over = false
            """);
        using Service mount = new(
            Programs.Nlinkfs,
            ["mount", "-f", "--config", _file, "-o", "attr-timeout=5s", _source, _mirror],
            start => start.Environment["NLINKFS_NEGATIVE_TIMEOUT"] = "3s");
        mount.WaitFor("Mirroring ", 30);
        JsonElement times = JsonDocument.Parse(Nlinkfs([], "status", "--json", _mirror).Output).RootElement.GetProperty("times");
        Assert.Equal(
            (7.0, 5.0, 3.0),
            (times.GetProperty("entryTimeoutSeconds").GetDouble(), times.GetProperty("attrTimeoutSeconds").GetDouble(), times.GetProperty("negativeTimeoutSeconds").GetDouble()));
    }

    [Fact]
    public void ATableShowsEverySettingAndWhereItComesFrom()
    {
        Write($"""
            source = "{_source}"
            mountpoint = "{_mirror}"
            wait-source = true
            """);
        string shown = Nlinkfs([("NLINKFS_GRACE", "2m")], "config", "show", "--config", _file, "--nlink=always").Output;
        Assert.Matches($"""
            ^SETTING +VALUE +FROM
            source +{_source} +{_file}:1
            mountpoint +{_mirror} +{_file}:2

            """, shown);
        Assert.Matches($"(?m)^wait-source +forever +{_file}:3$", shown);
        Assert.Matches("(?m)^grace +2m +NLINKFS_GRACE$", shown);
        Assert.Matches("(?m)^nlink +always +command line$", shown);
        Assert.Matches("(?m)^deadline +120s:20s +default$", shown);
        Assert.Matches("(?m)^abort-stalled +0 +default$", shown);
        Assert.Matches("(?m)^source-mount +false +default$", shown);
        Assert.Matches("(?m)^source-mount +true +default$", Nlinkfs([], "config", "show", "--run").Output);
        Assert.Matches("(?m)^restarts +5 +default$", Nlinkfs([], "config", "show", "--run").Output);

        // Each option that mount's help has.
        foreach (string name in Commands.ShellOutput($"'{Programs.Nlinkfs}' mount --help | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE '[a-z]+(-[a-z]+)*$'").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.True(name is "help" or "config" || shown.Contains($"\n{name} ", StringComparison.Ordinal), $"{name} is not shown");
        }
    }

    [Theory]
    [InlineData("entry-timout = \"5s\"", ":2: entry-timout: no such setting\n         did you mean entry-timeout?")]
    [InlineData("entry-timeout = \"5x\"", ":2: entry-timeout 5x: a duration such as 30s, 500ms or 0 is needed")]
    [InlineData("nlink = true", ":2: nlink true: it is one of zero, always, off")]
    [InlineData("stale-listing = \"maybe\"", ":2: stale-listing maybe: true or false is needed")]
    [InlineData("grace = \"1s\"\ngrace = \"2s\"", ":3: ")]
    [InlineData("grace = ", ":2: ")]
    [InlineData("grace = \"1s", ":2: ")]
    [InlineData("[mirror]\ngrace = \"1s\"", ":2: mirror: a text, a number, true or false is needed")]
    [InlineData("io = [\"proxy\"]", ":2: io: a text, a number, true or false is needed")]
    [InlineData("config = \"/etc/x\"", ":2: config: no such setting")]
    [InlineData("mount-helper = true", ":2: mount-helper: no such setting")]
    public void WhatIsWrongInTheFileIsToldWithItsLine(string line, string message)
    {
        Write($"# The first line\n{line}\n");
        foreach (string[] command in (string[][])[["config", "show"], ["mount", _source, _mirror], ["run", _source, _mirror, "--", "true"]])
        {
            CommandResult result = Nlinkfs([], [.. command.TakeWhile(word => word != "--"), "--config", _file, .. command.SkipWhile(word => word != "--")]);
            Assert.Equal(1, result.ExitCode);
            Assert.StartsWith($"nlinkfs: {_file}{message}", result.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("NLINKFS_ENTRY_TIMOUT", "5s", "NLINKFS_ENTRY_TIMOUT in the environment: no such setting\n         did you mean NLINKFS_ENTRY_TIMEOUT?")]
    [InlineData("NLINKFS_GRACE", "soon", "NLINKFS_GRACE: grace soon: a duration such as 30s, 500ms or 0 is needed")]
    [InlineData("NLINKFS_CONFIG", "/no/such.toml", "--config /no/such.toml: cannot read it: ")]
    public void WhatIsWrongInTheEnvironmentIsToldWithItsVariable(string variable, string value, string message)
    {
        CommandResult result = Nlinkfs([(variable, value)], "mount", _source, _mirror);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"nlinkfs: {message}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNoBusinessOfTheCommandDoesNotDisturbIt()
    {
        // Of run alone; what Kubernetes tells of a Service of the name nlinkfs; of a command that mounts nothing.
        Assert.Equal(0, Nlinkfs([("NLINKFS_RESTARTS", "3"), ("NLINKFS_SERVICE_HOST", "10.0.0.1"), ("NLINKFS_PORT_445_TCP", "tcp://10.0.0.1:445")], "config", "show").ExitCode);
        Assert.Equal(0, Nlinkfs([("NLINKFS_NONSENSE", "1")], "mount", "--help").ExitCode);
        Assert.Equal(0, Nlinkfs([("NLINKFS_NONSENSE", "1")], "list").ExitCode);
        Assert.Equal(("3", "NLINKFS_RESTARTS"), Shown([("NLINKFS_RESTARTS", "3")], "restarts", "--run"));
    }

    [Fact]
    public void WhatIsWrongOnTheCommandLineIsToldByShowToo()
    {
        CommandResult result = Nlinkfs([], "config", "show", "--entry-timout=5s");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("did you mean --entry-timeout?", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, Nlinkfs([], "config", "show", "--entry-timeout=5x").ExitCode);
    }

    private void Write(string text) => File.WriteAllText(_file, text);

    private static (string? Value, string? From) Shown((string Name, string Value)[] environment, string setting, params string[] arguments)
    {
        CommandResult result = Nlinkfs(environment, ["config", "show", "--json", .. arguments]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        JsonElement found = JsonDocument.Parse(result.Output).RootElement.EnumerateArray().Single(one => one.GetProperty("name").GetString() == setting);
        return (found.GetProperty("value").GetString(), found.GetProperty("from").GetString());
    }

    private static CommandResult Nlinkfs((string Name, string Value)[] environment, params string[] arguments) =>
        Commands.Run(Programs.Nlinkfs, arguments, TimeSpan.FromSeconds(60), start =>
        {
            foreach ((string name, string value) in environment)
            {
                start.Environment[name] = value;
            }
        });
}
