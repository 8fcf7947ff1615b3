using System.Text.RegularExpressions;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>The settings of the container: what they do, and that a wrong one is a message and not a broken share.</summary>
public sealed class ContainerSettingsTests : IDisposable
{
    private const string Bookworm = "bookworm";
    private const string Backports = "backports";
    private static readonly (string, string)[] s_plainDirectory = [("NLINKFS_SOURCE", "/mnt/source"), ("NLINKFS_SOURCE_MOUNT", "no")];

    private UnpackedImage? _image;

    public void Dispose() => _image?.Dispose();

    [Theory]
    [InlineData(Bookworm)]
    [InlineData(Backports)]
    public void SmbConfIsWhatTheVersionOfSmbdNeedsAndPassesTestparm(string variant)
    {
        Service container = Start(variant);
        CommandResult tested = UnpackedImage.Inside(container, "testparm", "-s", "/run/nlinkfs-smb/smb.conf");
        Assert.True(tested.ExitCode == 0, tested.ToString());
        Assert.DoesNotMatch("(?i)unknown|ignor|error|warning|invalid", tested.Error);
        Assert.Equal(variant == Backports, tested.Output.Contains("smb3 directory leases = No", StringComparison.Ordinal));
        foreach (string line in (string[])["map to guest = Bad User", "path = /export/dfs", "guest ok = Yes", "case sensitive = Yes", "force user = nobody", "kernel change notify = No"])
        {
            Assert.Contains(line, tested.Output, StringComparison.Ordinal);
        }

        Assert.Equal(0, UnpackedImage.Stop(container));
    }

    [Theory]
    [InlineData("NLINKFS_SOURCE", "", "NLINKFS_SOURCE is not set")]
    [InlineData("NLINKFS_SOURCE", "mnt/source", "an absolute path is needed")]
    [InlineData("NLINKFS_SOURCE_MOUNT", "maybe", "it is one of yes, no")]
    [InlineData("NLINKFS_OPTIONS", "--no-such-option", "no such option")]
    [InlineData("NLINKFS_OPTIONS", "--private", "not for containers")]
    [InlineData("NLINKFS_PRIVATE", "true", "not for containers")]
    [InlineData("NLINKFS_GRACE", "soon", "NLINKFS_GRACE: grace soon: a duration")]
    [InlineData("NLINKFS_GRACIOUS", "5s", "NLINKFS_GRACIOUS")]
    [InlineData("NLINKFS_SORCE_MOUNT", "yes", "did you mean NLINKFS_SOURCE_MOUNT?")]
    [InlineData("SHARE_NAMES", "media", "did you mean SHARE_NAME?")]
    [InlineData("SMB_PROT", "445", "did you mean SMB_PORT?")]
    [InlineData("GUESTOK", "yes", "did you mean GUEST_OK?")]
    [InlineData("SAMBA_LOG_LEVEL", "1", "SAMBA_GLOBAL_... and SAMBA_SHARE_...")]
    [InlineData("SHARE_NAME", "global", "a meaning of its own")]
    [InlineData("SHARE_NAME", "a/b", "can be in a share's name")]
    [InlineData("SHARE_NAME", "100%", "can be in a share's name")]
    [InlineData("SHARE_NAME", "a]\n[b", "can be in a share's name")]
    [InlineData("SHARE_NAME", "a\nb", "control character")]
    [InlineData("SHARE_NAME", " a", "a space")]
    [InlineData("SHARE_PATH", "export", "an absolute path is needed")]
    [InlineData("SHARE_PATH", "/export/%u", "a meaning of their own")]
    [InlineData("SHARE_PATH", "/export/../etc", "a plain absolute path")]
    [InlineData("SHARE_PATH", "/nowhere/else", "cannot be made")]
    [InlineData("SMB_PORT", "smb", "a number from 1 to 65535")]
    [InlineData("SMB_PORT", "0", "a number from 1 to 65535")]
    [InlineData("SMB_PORT", "65536", "a number from 1 to 65535")]
    [InlineData("SMB_MIN_PROTOCOL", "NT1", "it is one of SMB2_02")]
    [InlineData("CASE_SENSITIVE", "sometimes", "it is one of yes, no, auto")]
    [InlineData("GUEST_OK", "no", "nobody could log in")]
    [InlineData("FORCE_USER", "plex", "UID:GID are needed")]
    [InlineData("FORCE_USER", "1000:", "UID:GID are needed")]
    [InlineData("FORCE_USER", "99999999999", "too large")]
    [InlineData("USER_ALICE", "", "the password is empty")]
    [InlineData("USER_ALICE", "a\nb", "a password is one line")]
    [InlineData("USER_ROOT", "x", "an account of the container itself")]
    [InlineData("USER_ALICE_FILE", "/no/such/file", "there is no file /no/such/file")]
    [InlineData("SAMBA_GLOBAL_NO_SUCH_OPTION", "1", "no such option")]
    [InlineData("SAMBA_GLOBAL_LOG_LEVEL", "1\n[other]", "one line")]
    [InlineData("SAMBA_SHARE_COMMENT", "a\\", "one line")]
    [InlineData("SAMBA_SHARE_NO_SUCH_OPTION", "1", "no such option")]
    [InlineData("SAMBA_GLOBAL_SERVER_ROLE", "emperor", "Ignoring invalid value 'emperor'")]
    public void AWrongSettingIsAMessageAndExitCode1(string name, string value, string message)
    {
        CommandResult result = RunOnce((name, value));
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AllThatIsWrongIsSaidAtOnce()
    {
        CommandResult result = RunOnce(("SMB_PORT", "x"), ("CASE_SENSITIVE", "x"), ("SHARE_NMAE", "x"), ("USER_BOB", ""));
        Assert.Equal(1, result.ExitCode);
        foreach (string name in (string[])["SMB_PORT=x", "CASE_SENSITIVE=x", "SHARE_NMAE", "USER_BOB"])
        {
            Assert.Contains(name, result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WhatKubernetesSetsForServicesIsNoSetting()
    {
        Service container = Start(
            Bookworm,
            ("SMB_PORT", "tcp://10.0.0.7:445"), ("SMB_PORT_445_TCP", "tcp://10.0.0.7:445"), ("SMB_PORT_445_TCP_ADDR", "10.0.0.7"), ("SMB_SERVICE_HOST", "10.0.0.7"), ("SMB_SERVICE_PORT", "445"),
            ("NLINKFS_SMB_PORT", "tcp://10.0.0.7:445"), ("NLINKFS_SMB_SERVICE_PORT_SMB", "445"));
        Assert.Equal(0, UnpackedImage.Client(container, ["dfs"], "ls").ExitCode);
    }

    [Theory]
    [InlineData(Bookworm)]
    [InlineData(Backports)]
    public void GuestsReadAndNobodyWrites(string variant)
    {
        Service container = Start(variant);
        CommandResult listed = UnpackedImage.Client(container, ["dfs"], "recurse; ls");
        Assert.True(listed.ExitCode == 0, listed.ToString());
        Assert.Contains("readable.txt", listed.Output, StringComparison.Ordinal);
        Assert.Equal("content of readable.txt", Get(container, "dfs", "readable.txt"));
        foreach (string change in (string[])["mkdir new", "del readable.txt", "rename readable.txt other"])
        {
            CommandResult refused = UnpackedImage.Client(container, ["dfs"], change);
            Assert.Matches("NT_STATUS_(ACCESS_DENIED|MEDIA_WRITE_PROTECTED)", refused.Output + refused.Error);
        }
    }

    [Theory]
    [InlineData(Bookworm)]
    [InlineData(Backports)]
    public void UsersLogInAndGuestsDoNot(string variant)
    {
        UnpackedImage image = Image(variant);
        _ = Directory.CreateDirectory(Path.Combine(image.Etc, "users"));
        File.WriteAllText(Path.Combine(image.Etc, "users", "carol"), "carol's\n");
        File.WriteAllText(Path.Combine(image.Mnt, "secret"), "dave's");
        Service container = Start(variant, ("USER_ALICE", "pa ss\"w$rd%"), ("USER_DAVE_FILE", "/mnt/secret"));
        foreach (string login in (string[])["alice%pa ss\"w$rd%", "Alice%pa ss\"w$rd%", "carol%carol's", "dave%dave's"])
        {
            CommandResult listed = UnpackedImage.Client(container, ["dfs"], "ls", login);
            Assert.True(listed.ExitCode == 0, $"{login}: {listed}");
            Assert.Contains("readable.txt", listed.Output, StringComparison.Ordinal);
        }

        foreach (string? login in (string?[])["alice%wrong", "carol%dave's", "mallory%x", null])
        {
            CommandResult refused = UnpackedImage.Client(container, ["dfs"], "ls", login);
            Assert.True(refused.ExitCode != 0, $"{login ?? "a guest"} got in: {refused}");
            Assert.Matches("NT_STATUS_(LOGON_FAILURE|ACCESS_DENIED)", refused.Output + refused.Error);
        }
    }

    [Fact]
    public void GuestsComeBesideUsersWhereThatIsWished()
    {
        Service container = Start(Bookworm, ("USER_ALICE", "secret"), ("GUEST_OK", "true"));
        Assert.Equal(0, UnpackedImage.Client(container, ["dfs"], "ls").ExitCode);
        Assert.Equal(0, UnpackedImage.Client(container, ["dfs"], "ls", "alice%secret").ExitCode);
        Assert.NotEqual(0, UnpackedImage.Client(container, ["dfs"], "ls", "alice%wrong").ExitCode);
    }

    [Fact]
    public void NoPasswordIsSeenByOthers()
    {
        const string Password = "s3cr3t-of-alice";
        Service container = Start(Bookworm, ("USER_ALICE", Password), ("SAMBA_GLOBAL_LOG_LEVEL", "3"));
        Assert.Equal(0, UnpackedImage.Client(container, ["dfs"], "ls", $"alice%{Password}").ExitCode);
        Assert.DoesNotContain(Password, container.Log, StringComparison.Ordinal);
        // PID 1 became nlinkfs with what the entrypoint left it; smbd has it from there.
        CommandResult found = UnpackedImage.Inside(container, "sh", "-c", $"cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ /run/nlinkfs-smb/* | tr '\\0' '\\n' | grep -c '{Password[..^1]}[{Password[^1..]}]'");
        Assert.True(found.Output == "0\n", found.ToString());
    }

    [Fact]
    public void WhoTheShareReadsAsIsASetting()
    {
        UnpackedImage image = Image(Bookworm);
        WriteAs(image, "of-1234.txt", 1234, 99, "u=rw,go=");
        WriteAs(image, "of-group-99.txt", 0, 99, "u=rw,g=r,o=");
        WriteAs(image, "of-root.txt", 0, 0, "u=rw,go=");
        Service container = Start(Bookworm, ("FORCE_USER", "1234:99"));
        Assert.Equal("content of of-1234.txt", Get(container, "dfs", "of-1234.txt"));
        Assert.Equal("content of of-group-99.txt", Get(container, "dfs", "of-group-99.txt"));
        CommandResult refused = UnpackedImage.Client(container, ["dfs"], "get of-root.txt /dev/null");
        Assert.Contains("NT_STATUS_ACCESS_DENIED", refused.Output + refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void NameAndPortAndLinesOfSmbConfAreSettings()
    {
        Service container = Start(
            Bookworm,
            ("SHARE_NAME", "Films & Séries"), ("SHARE_PATH", "/export/dfs/"), ("SMB_PORT", "1445"), ("SMB_MIN_PROTOCOL", "smb2_10"), ("CASE_SENSITIVE", "auto"),
            ("SAMBA_GLOBAL_SERVER_STRING", "a | b & c"), ("SAMBA_SHARE_COMMENT", "ours = theirs"));
        CommandResult listed = UnpackedImage.Client(container, ["Films & Séries", "-p", "1445", "-m", "SMB2_10"], "ls");
        Assert.True(listed.ExitCode == 0, listed.ToString());
        string tested = UnpackedImage.Inside(container, "testparm", "-s", "/run/nlinkfs-smb/smb.conf").Output;
        foreach (string line in (string[])["[Films & Séries]", "server string = a | b & c", "comment = ours = theirs", "smb ports = 1445"])
        {
            Assert.Contains(line, tested, StringComparison.Ordinal);
        }

        string rendered = UnpackedImage.Inside(container, "cat", "/run/nlinkfs-smb/smb.conf").Output;
        Assert.Contains("server min protocol = SMB2_10", rendered, StringComparison.Ordinal);
        Assert.Contains("case sensitive = auto", rendered, StringComparison.Ordinal);
    }

    [Fact]
    public void AMountedSmbConfIsUsedAsItIs()
    {
        UnpackedImage image = Image(Bookworm);
        File.WriteAllText(Path.Combine(image.Etc, "smb.conf"), "[global]\nmap to guest = Bad User\nsmb ports = 1446\n[mine]\npath = /export/dfs\nguest ok = yes\n");
        CommandResult refused = RunOnce(("SHARE_NAME", "other"), ("SAMBA_GLOBAL_LOG_LEVEL", "1"));
        Assert.True(refused.ExitCode == 1, refused.ToString());
        Assert.Contains("SHARE_NAME has no effect", refused.Error, StringComparison.Ordinal);
        Assert.Contains("SAMBA_GLOBAL_LOG_LEVEL has no effect", refused.Error, StringComparison.Ordinal);

        Service container = Start(Bookworm);
        CommandResult listed = UnpackedImage.Client(container, ["mine", "-p", "1446"], "ls");
        Assert.True(listed.ExitCode == 0 && listed.Output.Contains("readable.txt", StringComparison.Ordinal), listed.ToString());

        File.WriteAllText(Path.Combine(image.Etc, "smb.conf"), "[global]\nno such line = yes\n");
        Assert.Contains("no such line", RunOnce().Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Bookworm)]
    [InlineData(Backports)]
    public void SmbdRunsWithoutRoot(string variant)
    {
        UnpackedImage image = Image(variant);
        WriteAs(image, "of-1234.txt", 1234, 1234, "u=rw,go=");
        Service container = Start(variant, ("SMB_ROOTLESS", "yes"), ("FORCE_USER", "1234"), ("SMB_PORT", "1445"), ("USER_ALICE", "secret"), ("GUEST_OK", "yes"));
        foreach (string? login in (string?[])[null, "alice%secret"])
        {
            Assert.Equal("content of of-1234.txt", Get(container, "dfs", "of-1234.txt", login));
        }

        Assert.NotEqual(0, UnpackedImage.Client(container, ["dfs", "-p", "1445"], "ls", "alice%wrong").ExitCode);
        string processes = UnpackedImage.Inside(container, "sh", "-c", "for p in /proc/[0-9]*; do grep -qx 'Name:.smbd' $p/status && grep -E '^(Uid|CapEff|CapPrm):' $p/status; done").Output;
        Assert.Contains("Uid:\t1234\t1234\t1234\t1234", processes, StringComparison.Ordinal);
        Assert.DoesNotMatch("Uid:\t(?!1234)", processes);
        Assert.DoesNotMatch("Cap...:\t0*[1-9a-f]", processes);
        Assert.Equal(0, UnpackedImage.Stop(container));
    }

    [Theory]
    [InlineData("FORCE_USER", "root", "cannot be root")]
    [InlineData("SMB_PORT", "445", "cannot listen on port 445")]
    public void WhatSmbdCannotDoWithoutRootIsSaid(string name, string value, string message)
    {
        CommandResult result = RunOnce(("SMB_ROOTLESS", "yes"), (name, value));
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void LinksLeadToWhatIsInTheShareOnly()
    {
        UnpackedImage image = Image(Bookworm);
        _ = File.CreateSymbolicLink(Path.Combine(image.Mnt, "source", "inside"), "folder");
        _ = File.CreateSymbolicLink(Path.Combine(image.Mnt, "source", "outside"), "../../etc");
        Service container = Start(Bookworm);
        Assert.Equal("content of folder/below.txt", Get(container, "dfs", "inside\\below.txt"));
        CommandResult outside = UnpackedImage.Client(container, ["dfs"], "cd outside; ls");
        Assert.Matches("NT_STATUS_(OBJECT_NAME_NOT_FOUND|OBJECT_PATH_NOT_FOUND|ACCESS_DENIED|STOPPED_ON_SYMLINK)", outside.Output + outside.Error);
        Assert.DoesNotContain("os-release", outside.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AllOfTheLogIsJson()
    {
        Service container = Start(Bookworm);
        container.WaitFor("\"Command\":\"smbd\"");
        Assert.Equal(0, UnpackedImage.Stop(container));
        string[] lines = container.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches("^\\{\"@t\":.*\\}$", line));
    }

    private UnpackedImage Image(string variant)
    {
        if (_image is null)
        {
            _image = new UnpackedImage(variant);
            foreach (string name in (string[])["readable.txt", "folder/below.txt"])
            {
                string path = Path.Combine(_image.Mnt, "source", name);
                _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, $"content of {name}");
            }
        }

        return _image;
    }

    private CommandResult RunOnce(params (string, string)[] settings) => Image(Bookworm).Run(["nlinkfs-smb"], [.. s_plainDirectory, .. settings]);

    private Service Start(string variant, params (string, string)[] settings) => Image(variant).Start([.. s_plainDirectory, .. settings]);

    private static string Get(Service container, string share, string file, string? login = null)
    {
        string port = UnpackedImage.Inside(container, "sed", "-n", "s/.*smb ports = //p", "/run/nlinkfs-smb/smb.conf").Output.Trim();
        CommandResult got = UnpackedImage.Client(container, [share, "-p", port], $"get \"{file}\" -", login);
        Assert.True(got.ExitCode == 0, got.ToString());
        return Regex.Match(got.Output + got.Error, "content of [a-z0-9./-]*[a-z]").Value;
    }

    private static void WriteAs(UnpackedImage image, string name, int uid, int gid, string mode)
    {
        string path = Path.Combine(image.Mnt, "source", name);
        File.WriteAllText(path, $"content of {name}");
        _ = Commands.ShellOutput($"chown {uid}:{gid} '{path}' && chmod {mode} '{path}'");
    }
}
