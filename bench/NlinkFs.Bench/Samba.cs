using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using NlinkFs.Testing;

namespace NlinkFs.Bench;

/// <summary>
/// A private smbd on a loopback port that exports every layer as a share of its own, with the configuration the project ships,
/// and smbclient to use it. What smbclient takes to start and to connect is part of each figure.
/// </summary>
internal sealed partial class Samba : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Workspace _workspace;
    private readonly Service _service;
    private readonly string _port;

    /// <summary>Starts smbd and waits until it answers.</summary>
    /// <param name="workspace">Where its state goes.</param>
    /// <param name="template">container/smb.conf, with its words between @ signs.</param>
    /// <param name="shares">Names and paths to export.</param>
    internal Samba(Workspace workspace, string template, IReadOnlyDictionary<string, string> shares)
    {
        _workspace = workspace;
        _port = FreePort().ToString(CultureInfo.InvariantCulture);
        string state = workspace.MakeDirectory("samba");
        foreach (string name in new[] { "lock", "state", "cache", "pid", "private", "ncalrpc" })
        {
            _ = workspace.MakeDirectory($"samba/{name}");
        }

        string conf = workspace.At("smb.conf");
        File.WriteAllText(conf, Configure(File.ReadAllText(template), state, shares));

        // A process group of its own: at its end smbd sends SIGTERM to the whole group it is in.
        _service = workspace.Start(["smbd", "--foreground", "--configfile", conf, "--debug-stdout"]);
        string any = shares.Keys.First();
        if (!Commands.Eventually(() => _service.HasExited || Client(any, "ls").ExitCode == 0, seconds: 20) || _service.HasExited)
        {
            throw new IOException($"smbd did not start: {_service.Log}");
        }
    }

    /// <summary>Fetches files one after the other.</summary>
    internal Work Get(string share, IReadOnlyList<string> files, long fileSize) =>
        Timed(share, string.Join("; ", files.Select(file => $"get {file} /dev/null")), (files.Count, files.Count * fileSize));

    /// <summary>Lists the tree several times in one session.</summary>
    internal Work List(string share, int times) => Timed(
        share,
        $"cd {SampleTree.ListDirectory}; recurse; {string.Join("; ", Enumerable.Repeat("ls", times))}",
        (times * SampleTree.ListedEntries, 0));

    /// <inheritdoc/>
    public void Dispose() => _workspace.Stop(_service, mountPoint: null);

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The shipped configuration with the share's part once for each share.</summary>
    private string Configure(string template, string state, IReadOnlyDictionary<string, string> shares)
    {
        int part = template.IndexOf("[@SHARE@]", StringComparison.Ordinal);
        string global = template[..part]
            .Replace("@PORT@", _port, StringComparison.Ordinal)
            .Replace("@INTERFACES@", "lo 127.0.0.1", StringComparison.Ordinal)
            .Replace("@GUEST@", "nobody", StringComparison.Ordinal)
            .Replace("@DIRECTORY_LEASES@", HasDirectoryLeases() ? "smb3 directory leases = no" : "", StringComparison.Ordinal)
            .Replace("@STATE@", state, StringComparison.Ordinal);
        return global + string.Concat(shares.Select(share => template[part..]
            .Replace("@SHARE@", share.Key, StringComparison.Ordinal)
            .Replace("@PATH@", share.Value, StringComparison.Ordinal)
            .Replace("@FORCE_USER@", "root", StringComparison.Ordinal)));
    }

    private static bool HasDirectoryLeases()
    {
        Match version = VersionNumber().Match(Commands.Run("smbd", "--version").Output);
        return version.Success && Version.Parse(version.Value) >= new Version(4, 22);
    }

    private Work Timed(string share, string commands, (long Operations, long Bytes) amount)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        CommandResult result = Client(share, commands);
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;

        // A listing that lost entries is no measurement, nor is a file that is not its size.
        string text = result.Output + result.Error;
        long found = amount.Bytes > 0
            ? FetchedSize().Matches(text).Sum(match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            : EntryLine().Count(text);
        return result.ExitCode == 0 && found == Math.Max(amount.Bytes, amount.Operations)
            ? new Work(amount.Operations, amount.Bytes, seconds)
            : throw new IOException($"smbclient {share}: {found} found, ... {text[Math.Max(0, text.Length - 300)..]}");
    }

    private CommandResult Client(string share, string commands) =>
        Commands.Run("smbclient", [$"//127.0.0.1/{share}", "-p", _port, "-N", "-c", commands], s_limit);

    [GeneratedRegex(@"\d+\.\d+")]
    private static partial Regex VersionNumber();

    [GeneratedRegex(@"of size (\d+) as ")]
    private static partial Regex FetchedSize();

    [GeneratedRegex(@"(?m)^  (f|d)\d+(\.bin)? ")]
    private static partial Regex EntryLine();
}
