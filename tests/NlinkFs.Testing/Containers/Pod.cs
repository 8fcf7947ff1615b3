using NlinkFs.Linux;

namespace NlinkFs.Testing.Containers;

/// <summary>
/// A pod as container/kubernetes has it: a privileged container whose source is mounted in a subdirectory of a volume, and beside it the
/// container under test, which sees that by propagation. Both share a network namespace, and /run outlives a container's restart.
/// </summary>
public sealed class Pod : IDisposable
{
    private const string MirrorPath = "/export/dfs";
    private const int Continue = 18;

    private readonly TempTree _tree = TestRun.NewTree();
    private readonly List<Container> _containers = [];
    private readonly ContainerImage _image;
    private readonly string _memory;

    /// <summary>Makes one without its containers.</summary>
    public Pod(Lan lan, ContainerImage image)
    {
        _image = image;
        Network = lan.Join();
        _memory = _tree.MakeDirectory("memory");

        // The layers of the containers and the volumes: never on a file system that an overlay cannot write to, and of these mounts only that of the
        // sources shared.
        _ = Commands.ShellOutput($$"""
            set -e
            cd '{{_memory}}'
            mount -t tmpfs -o mode=755 memory . && cd . && mount --make-private '{{_memory}}'
            cd '{{_memory}}'
            mkdir sources run
            mount -t tmpfs -o mode=755 sources sources && mount --make-shared sources
            mount -t tmpfs -o mode=755 run run && mount --make-private run
            mkdir sources/dfs
            """);
    }

    /// <summary>Its network namespace.</summary>
    public NetworkNamespace Network { get; }

    /// <summary>The source, as the machine sees it.</summary>
    public string SourcePath => Path.Combine(_memory, "sources/dfs");

    /// <summary>The container of the source, started last.</summary>
    public Container Source { get; private set; } = null!;

    /// <summary>The container under test, started last.</summary>
    public Container Server { get; private set; } = null!;

    /// <summary>A directory for a test's own files.</summary>
    public string Scratch => _tree.Root;

    /// <summary>Starts a source, and waits until it is mounted.</summary>
    /// <param name="options">Those of nlinkfs-testsource.</param>
    public void StartSource(params string[] options)
    {
        string program = File.ResolveLinkTarget(Programs.TestSource, returnFinalTarget: true)?.FullName ?? Programs.TestSource;
        Source = Start(new ContainerSettings
        {
            Image = _image,
            Command = [$"/opt/{Path.GetFileName(program)}", "--nlink", "zero", .. options, "/mnt/dfs"],
            Privileged = true,
            Network = Network.Path,
            Volumes = [new(Path.Combine(_memory, "sources"), "/mnt", Propagation.Bidirectional), new(Path.GetDirectoryName(program)!, "/opt")],
        });
        Source.WaitFor("ready ");
    }

    /// <summary>Takes a dead source's mount away, as the cleaning init container does.</summary>
    public void ClearSource() => _ = Mounts.Unmount(System.Text.Encoding.UTF8.GetBytes(SourcePath), UnmountFlags.Detach);

    /// <summary>Starts the container under test with its own command.</summary>
    /// <param name="environment">Its settings.</param>
    public Container StartServer(params string[] environment) => Server = Start(new ContainerSettings
    {
        Image = _image,
        Environment = ["SHARE_NAME=media", .. environment],
        Network = Network.Path,
        Volumes = [new(Path.Combine(_memory, "sources"), "/mnt", Propagation.HostToContainer), new(Path.Combine(_memory, "run"), "/run")],
    });

    /// <summary>Starts it again after its end, as kubelet would.</summary>
    public Container RestartServer(params string[] environment)
    {
        Server.Dispose();
        return StartServer(environment);
    }

    /// <summary>What the readiness probe says.</summary>
    public CommandResult Ready() => Server.Execute("nlinkfs", "health", MirrorPath);

    /// <summary>What the liveness probe says.</summary>
    public CommandResult Live() => Server.Execute("nlinkfs", "health", "--live", MirrorPath);

    /// <summary>Waits until the readiness probe is content.</summary>
    public void WaitUntilReady()
    {
        if (!Commands.Eventually(() => Server.HasExited || Ready().ExitCode == 0, 60) || Server.HasExited)
        {
            throw new InvalidOperationException($"{(Server.HasExited ? "it has ended" : Ready().ToString())}\n{Server.Log}");
        }
    }

    /// <summary>Waits until a client gets in: smbd takes a moment to listen.</summary>
    public void WaitUntilServed(SmbClient client)
    {
        if (!Commands.Eventually(() => client.Run("ls").ExitCode == 0, 60))
        {
            throw new InvalidOperationException($"nobody gets in: {client.Run("ls")}\n{Server.Log}");
        }
    }

    /// <summary>Processes of the container under test with this name, by their ids on the machine.</summary>
    public IReadOnlyList<int> ProcessesNamed(string name) => [.. Server.Processes.Where(id => NameOf(id) == name)];

    /// <inheritdoc/>
    public void Dispose()
    {
        // The source first: what still waits for one that hangs cannot end.
        if (Source is { HasExited: false })
        {
            Source.Signal(Continue);
            Source.Dispose();
        }

        _containers.ForEach(container => container.Dispose());
        _tree.Dispose();
    }

    private static string NameOf(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/comm").TrimEnd();
        }
        catch (IOException)
        {
            // It has just ended.
            return "";
        }
    }

    private Container Start(ContainerSettings settings)
    {
        Container container = new(Path.Combine(_memory, $"container{_containers.Count}-{Environment.TickCount64}"), settings);
        _containers.Add(container);
        return container;
    }
}
