using System.Diagnostics;
using System.Globalization;
using NlinkFs.Linux;

namespace NlinkFs.Testing;

/// <summary>
/// The container's image, run without a runtime: its root file system, read-only, in namespaces of its own, with a tmpfs on /run and the five
/// capabilities it is documented to need.
/// </summary>
public sealed class UnpackedImage : IDisposable
{
    private const int Terminate = 15;

    /// <summary>Where programs are, in the image and on Debian.</summary>
    private const string SearchPath = "/usr/local/bin:/usr/bin:/usr/sbin";

    /// <summary>Its arguments: the root file system, what is to be on /mnt and /etc/nlinkfs, and the command.</summary>
    private const string Enter = """
        set -e
        root=$1 mnt=$2 etc=$3
        shift 3
        mount --bind "$root" "$root"
        mount -t proc proc "$root/proc"
        mount -t tmpfs -o mode=755 tmpfs "$root/run"
        mount -t tmpfs -o mode=755 tmpfs "$root/dev"
        for device in fuse null zero urandom; do : >"$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
        mount --rbind "$mnt" "$root/mnt"
        mount --bind "$etc" "$root/etc/nlinkfs"
        mount -o remount,bind,ro "$root"
        ip link set lo up
        exec chroot "$root" setpriv --no-new-privs --bounding-set=-all,+sys_admin,+setuid,+setgid,+dac_read_search,+net_bind_service "$@"
        """;

    private readonly TempTree _tree = new();
    private readonly List<Service> _services = [];
    private readonly string _root;

    /// <summary>Takes the image of a variant, which scripts/image.sh has made.</summary>
    public UnpackedImage(string variant)
    {
        string images = Environment.GetEnvironmentVariable("TEST_IMAGES")
            ?? throw new InvalidOperationException("TEST_IMAGES is not set: run ./scripts/test.sh, or ./scripts/image.sh for both variants and set it to artifacts/image");
        Bundle = Path.Combine(images, variant);
        _root = Path.Combine(Bundle, "rootfs");
        if (!Directory.Exists(_root))
        {
            throw new DirectoryNotFoundException($"{_root} is missing: run ./scripts/image.sh --samba {variant}");
        }

        Mnt = _tree.MakeDirectory("mnt");
        Etc = _tree.MakeDirectory("etc");
    }

    /// <summary>What scripts/image.sh has made: oci/, rootfs/, config.json, sbom.spdx.json.</summary>
    public string Bundle { get; }

    /// <summary>What the container sees as /mnt.</summary>
    public string Mnt { get; }

    /// <summary>What the container sees as /etc/nlinkfs.</summary>
    public string Etc { get; }

    /// <summary>Runs a command to its end, with settings in its environment.</summary>
    public CommandResult Run(IEnumerable<string> command, params (string Name, string Value)[] settings) =>
        Commands.Run("unshare", Arguments(command), TimeSpan.FromSeconds(60), start => Configure(start, settings));

    /// <summary>Starts the container and waits until smbd listens.</summary>
    public Service Start(params (string Name, string Value)[] settings)
    {
        Service service = new("unshare", Arguments(["nlinkfs-smb"]), start => Configure(start, settings));
        _services.Add(service);
        return Commands.Eventually(() => service.HasExited || Listens(service), 60) && !service.HasExited
            ? service
            : throw new InvalidOperationException($"smbd does not listen:\n{service.Log}");
    }

    /// <summary>The process id of a started container's PID 1.</summary>
    public static int ProcessId(Service container) =>
        int.Parse(File.ReadAllText($"/proc/{container.Id}/task/{container.Id}/children"), CultureInfo.InvariantCulture);

    /// <summary>Runs a command inside a started container, as its root.</summary>
    public static CommandResult Inside(Service container, params string[] command) =>
        Commands.Run("nsenter", ["--target", Id(container), "--mount", "--net", "--pid", "--root", "--wd=/", "env", "-i", $"PATH={SearchPath}", .. command]);

    /// <summary>Runs smbclient in a started container's network.</summary>
    /// <param name="container">The container.</param>
    /// <param name="share">The share's name, and options of smbclient after it.</param>
    /// <param name="commands">smbclient's commands, separated by semicolons.</param>
    /// <param name="login">USER%PASSWORD, or null for a guest.</param>
    public static CommandResult Client(Service container, string[] share, string commands, string? login = null) => Commands.Run(
        "nsenter",
        ["--target", Id(container), "--net", "smbclient", $"//127.0.0.1/{share[0]}", .. share[1..], .. login is null ? ["-N"] : (string[])["-U", login], "-t", "60", "-c", commands]);

    /// <summary>Asks a started container to end, as a runtime does; its exit code.</summary>
    public static int Stop(Service container)
    {
        _ = Processes.Kill(ProcessId(container), Terminate);
        return container.WaitForExit(30);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Service service in _services)
        {
            if (!service.HasExited)
            {
                _ = Stop(service);
            }

            service.Dispose();
        }

        _tree.Dispose();
    }

    private static bool Listens(Service container)
    {
        try
        {
            // Column "st": 0A is LISTEN.
            return File.ReadAllText($"/proc/{ProcessId(container)}/net/tcp").Contains(" 00000000:0000 0A ", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            return false;
        }
    }

    private static string Id(Service container) => ProcessId(container).ToString(CultureInfo.InvariantCulture);

    private static void Configure(ProcessStartInfo start, (string Name, string Value)[] settings)
    {
        start.Environment.Clear();
        start.Environment["PATH"] = SearchPath;
        start.Environment["SHARE_PATH"] = "/export/dfs";
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }
    }

    private string[] Arguments(IEnumerable<string> command) =>
    [
        "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child", "--propagation=slave", "--",
        "sh", "-c", Enter, "enter", _root, Mnt, Etc, .. command,
    ];
}
