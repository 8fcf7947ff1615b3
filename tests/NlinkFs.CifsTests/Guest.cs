using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NlinkFs.Testing;

namespace NlinkFs.CifsTests;

/// <summary>A small virtual machine with a kernel's own CIFS client. It reaches this machine's loopback as 10.0.2.2, and nothing else.</summary>
public sealed class Guest : IDisposable
{
    private const int AgentPort = 7000;

    private readonly TempTree _tree = new();
    private readonly int _port = Samba.FreePort();
    private readonly Service _machine;

    internal Guest(string kernel)
    {
        Kernel = kernel;
        string image = Path.Combine(Images, kernel);
        bool virtualization = File.ReadAllText("/proc/cpuinfo").Split([' ', '\n']).Any(flag => flag is "vmx" or "svm");
        _machine = new Service("qemu-system-x86_64", [
            // With cmpxchg16b the emulation of QEMU 7.2 makes kernel 6.12 panic now and then; /dev/kvm without vmx or svm is slower than it.
            .. virtualization && File.Exists("/dev/kvm") ? (string[])["-accel", "kvm", "-cpu", "host"] : ["-accel", "tcg,thread=multi", "-cpu", "qemu64,rdrand=on,cx16=off"],
            "-M", "pc", "-smp", "1", "-m", "384", "-display", "none", "-vga", "none", "-nodefaults", "-no-user-config", "-no-reboot",
            "-kernel", Path.Combine(image, "vmlinuz"), "-initrd", Path.Combine(image, "initrd"),
            "-append", "console=ttyS0 panic=-1 mitigations=off tsc=reliable random.trust_cpu=on rdinit=/init",
            "-netdev", string.Create(CultureInfo.InvariantCulture, $"user,id=n0,ipv6=off,hostfwd=tcp:127.0.0.1:{_port}-:{AgentPort}"),
            "-device", "virtio-net-pci,netdev=n0,romfile=", "-serial", $"file:{_tree.At("console")}"]);
    }

    /// <summary>Where build.sh has put kernels and what they start.</summary>
    internal static string Images => Path.Combine(Programs.Repository, "artifacts/cifs-guest");

    /// <summary>Its series, such as 6.1.</summary>
    internal string Kernel { get; }

    /// <summary>Waits until it does what it is asked.</summary>
    internal void WaitUntilItIsUp()
    {
        bool IsUp()
        {
            try
            {
                return Ask(new { Do = "kernel" }, 5).GetProperty("Text").GetString()!.StartsWith($"{Kernel}.", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        }

        if (!Commands.Eventually(() => _machine.HasExited || IsUp(), 120) || _machine.HasExited)
        {
            throw new InvalidOperationException($"the guest with kernel {Kernel} does not come up:\n{_machine.Log}\n{Console}");
        }
    }

    /// <summary>Asks its agent for something.</summary>
    /// <exception cref="IOException">It does not answer in time, or says that it failed.</exception>
    internal JsonElement Ask(object request, int seconds = 120)
    {
        try
        {
            using TcpClient client = new() { ReceiveTimeout = seconds * 1000, SendTimeout = seconds * 1000 };
            client.Connect(IPAddress.Loopback, _port);
            using NetworkStream stream = client.GetStream();
            stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request) + "\n"));
            using StreamReader reader = new(stream);
            string line = reader.ReadLine() ?? throw new IOException("the agent hung up");
            JsonElement answer = JsonSerializer.Deserialize<JsonElement>(line);
            return answer.TryGetProperty("Error", out JsonElement error) ? throw new IOException($"kernel {Kernel}, {request}: {error}") : answer;
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>The end of its kernel's log.</summary>
    internal string Console => string.Join('\n', File.ReadLines(_tree.At("console")).TakeLast(25));

    /// <inheritdoc/>
    public void Dispose()
    {
        _machine.Dispose();
        _tree.Dispose();
    }
}
