using System.Globalization;
using System.Text;
using NlinkFs.Bench.Loads;
using NlinkFs.Linux;
using NlinkFs.Testing;

namespace NlinkFs.Bench;

/// <summary>What is mirrored.</summary>
internal enum SourceKind
{
    /// <summary>A directory on a local disk.</summary>
    Local,

    /// <summary>The test source: FUSE, link counts of 0.</summary>
    Fuse,

    /// <summary>The test source written with go-fuse.</summary>
    GoFuse,

    /// <summary>The test source, 1 ms an operation and 20 ms more a read.</summary>
    Slow,

    /// <summary>The test source with true link counts: smbd shows nothing of the other without a mirror, so there would be no baseline.</summary>
    FuseForSamba,
}

/// <summary>A source that is up, and the ways to bring its caches into a known state.</summary>
internal sealed class Source : IDisposable
{
    private readonly Workspace _workspace;
    private readonly Service? _service;

    private Source(Workspace workspace, SourceKind kind, string path, Service? service)
    {
        _workspace = workspace;
        _service = service;
        Kind = kind;
        Path = path;
    }

    internal SourceKind Kind { get; }

    internal string Path { get; }

    /// <summary>The daemon's process id; 0 for a local directory.</summary>
    internal int Pid => _service?.Id ?? 0;

    internal static string TitleOf(SourceKind kind) => kind switch
    {
        SourceKind.Local => "a local directory",
        SourceKind.Fuse => "a FUSE source with link counts of 0",
        SourceKind.GoFuse => "a source on go-fuse with link counts of 0",
        SourceKind.Slow => "a FUSE source, 1 ms an operation and 20 ms more a read",
        _ => "a FUSE source with true link counts, as smbd shows nothing of it otherwise",
    };

    internal static Source Start(Workspace workspace, SourceKind kind, SampleTree tree)
    {
        string path = workspace.At($"source-{kind}");
        if (kind == SourceKind.Local)
        {
            // Made once; it is only read.
            if (!Directory.Exists(path))
            {
                tree.Create(path);
            }

            return new Source(workspace, kind, path, null);
        }

        _ = Directory.CreateDirectory(path);
        string[] slowness = kind == SourceKind.Slow ? ["--latency", "0.001", "--read-latency", "0.020"] : [];
        string[] program = kind == SourceKind.GoFuse ? [Programs.GoSource] : [Programs.TestSource, "--keep-cache"];
        string links = kind == SourceKind.FuseForSamba ? "true" : "zero";

        // Inode numbers and times that stay, or the kernel could not keep a page: what is hot has to be hot for every layer.
        Service service = workspace.Start(
            [.. program, "--nlink", links, "--ino", "stable", "--times", "stable", .. slowness, .. tree.Options, path]);
        service.WaitFor("ready ");
        return new Source(workspace, kind, path, service);
    }

    /// <summary>READ requests that have reached the test source: none may during a run on hot pages. Always 0 for sources that do not count.</summary>
    internal long ReadRequests()
    {
        if (Kind is SourceKind.Local or SourceKind.GoFuse)
        {
            return 0;
        }

        string? line = File.ReadLines(System.IO.Path.Combine(Path, ".stats")).FirstOrDefault(line => line.StartsWith("READ ", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.AsSpan(5), CultureInfo.InvariantCulture);
    }

    /// <summary>Brings all data files into the source's page cache.</summary>
    internal void WarmData() => _ = ReadLoad.Run(Path, SampleTree.DataFiles, streams: 1, chunk: 1 << 20);

    /// <summary>Brings small files and their names into the source's caches.</summary>
    internal void WarmSmallFiles(int count) => _ = SmallFileLoad.Run(Path, count, seconds: 0);

    /// <summary>Has the source look up names anew, so that none of them gets too old while something else is timed.</summary>
    internal void RefreshNames(int count)
    {
        DropNames();
        _ = StatLoad.Run(Path, count, seconds: 0);
    }

    /// <summary>Takes the pages of files out of the source's page cache.</summary>
    internal void DropPages(IEnumerable<string> files)
    {
        foreach (string file in files)
        {
            string path = System.IO.Path.Combine(Path, file);
            if (!Files.OpenAt(Fd.WorkingDirectory, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly, out Fd fd).IsError)
            {
                Calls.DropPages(fd);
                fd.Close();
            }
        }
    }

    /// <summary>
    /// Makes the kernel forget names and inodes of all file systems, the layers' and the source's. FUSE files lose their pages with
    /// it (fuse_super_operations deletes an unused inode at once), so a source that is to be hot has to be warmed after.
    /// </summary>
    internal static void DropNames() => File.WriteAllText("/proc/sys/vm/drop_caches", "2");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_service is not null)
        {
            _workspace.Stop(_service, Path);
        }
    }
}
