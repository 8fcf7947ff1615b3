namespace NlinkFs.Testing.Containers;

/// <summary>A bridge with nothing else on it: pods and their clients, each in a network namespace of its own. The machine is not part of it.</summary>
public sealed class Lan : IDisposable
{
    /// <summary>The address that a service keeps, whoever serves it.</summary>
    public const string ServiceAddress = "10.99.0.200";

    private readonly string _bridge = NewNamespace();
    private readonly List<NetworkNamespace> _members = [];
    private NetworkNamespace? _serving;

    /// <summary>Makes it.</summary>
    public Lan() => _ = Commands.ShellOutput($"ip -n {_bridge} link add lan type bridge && ip -n {_bridge} link set lan up");

    /// <summary>A new namespace with an address on the bridge.</summary>
    public NetworkNamespace Join()
    {
        NetworkNamespace member = new(NewNamespace(), $"10.99.0.{_members.Count + 2}");
        _members.Add(member);
        Plug($"port{_members.Count}", "eth0", member);

        // Or eth0 would answer for the address of the service, and ask others in its name.
        _ = Commands.ShellOutput($$"""
            ip -n {{member.Name}} link set lo up
            ip -n {{member.Name}} address add {{member.Address}}/24 dev eth0
            nsenter --net={{member.Path}} sh -c 'cd /proc/sys/net/ipv4/conf/all && echo 1 > arp_ignore && echo 2 > arp_announce'
            """);
        return member;
    }

    /// <summary>
    /// Has a member serve <see cref="ServiceAddress"/> from now on. The interface moves as it is, hardware address and all: nobody's connections are
    /// told, and whoever has served it so far is cut off from them.
    /// </summary>
    public void ServeFrom(NetworkNamespace member)
    {
        if (_serving is null)
        {
            Plug("service", "service", member);
        }
        else
        {
            _ = Commands.ShellOutput($"ip -n {_serving.Name} link set service netns {member.Name}");
        }

        _serving = member;
        _ = Commands.ShellOutput($"ip -n {member.Name} address add {ServiceAddress}/32 dev service && ip -n {member.Name} link set service up");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (string name in (IEnumerable<string>)[.. _members.Select(member => member.Name), _bridge])
        {
            _ = Commands.Run("ip", "netns", "delete", name);
        }
    }

    private void Plug(string port, string name, NetworkNamespace member) => Commands.ShellOutput($$"""
        set -e
        ip -n {{_bridge}} link add {{port}} type veth peer name {{name}} netns {{member.Name}}
        ip -n {{_bridge}} link set {{port}} master lan up
        ip -n {{member.Name}} link set {{name}} up
        """);

    private static string NewNamespace()
    {
        string name = TestRun.NewName();
        _ = Commands.ShellOutput($"ip netns add {name}");
        return name;
    }
}

/// <summary>A network namespace that ip-netns(8) knows.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Address">Its IPv4 address.</param>
public sealed record NetworkNamespace(string Name, string Address)
{
    /// <summary>What setns(2) takes.</summary>
    public string Path => $"/run/netns/{Name}";
}
