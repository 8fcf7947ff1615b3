using System.Text.Json.Nodes;

namespace NlinkFs.Testing.Containers;

/// <summary>The config.json of the OCI runtime specification for one container: the image's own, with what a pod adds.</summary>
internal static class RuntimeConfig
{
    /// <summary>What a privileged container may do, as far as a source needs it.</summary>
    private static readonly string[] s_manyCapabilities =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD", "CAP_NET_ADMIN",
        "CAP_NET_BIND_SERVICE", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_ADMIN", "CAP_SYS_CHROOT",
    ];

    /// <summary>Writes it into a bundle, whose root file system is its directory "rootfs".</summary>
    internal static void Write(string bundle, string id, ContainerSettings settings)
    {
        JsonNode config = JsonNode.Parse(settings.Image.RuntimeConfig)!;
        JsonNode process = config["process"]!;
        JsonNode linux = config["linux"]!;
        process["args"] = settings.Command is { } command ? Array(command) : process["args"]!.DeepClone();
        foreach (string variable in settings.Environment)
        {
            process["env"]!.AsArray().Add(variable);
        }

        if (settings.Privileged)
        {
            process["capabilities"] = new JsonObject
            {
                ["bounding"] = Array(s_manyCapabilities),
                ["effective"] = Array(s_manyCapabilities),
                ["permitted"] = Array(s_manyCapabilities),
            };
            linux["resources"]!["devices"] = new JsonArray(new JsonObject { ["allow"] = true, ["access"] = "rwm" });
        }

        JsonArray mounts = config["mounts"]!.AsArray();
        foreach (Volume volume in settings.Volumes)
        {
            _ = mounts.RemoveAll(mount => mount!["destination"]!.GetValue<string>() == volume.MountPath);
            mounts.Add(Bind(volume));
        }

        linux["cgroupsPath"] = $"/{id}";
        linux["namespaces"]!.AsArray().Single(one => one!["type"]!.GetValue<string>() == "network")!["path"] = settings.Network;

        // As containerd does: below a slave, mounts of the container's volumes could not reach the machine.
        linux["rootfsPropagation"] = settings.Volumes.Any(volume => volume.Propagation == Propagation.Bidirectional) ? "rshared" : "rslave";
        File.WriteAllText(Path.Combine(bundle, "config.json"), config.ToJsonString());
    }

    private static JsonObject Bind(Volume volume) => new()
    {
        ["destination"] = volume.MountPath,
        ["type"] = "bind",
        ["source"] = volume.Path,
        ["options"] = new JsonArray(
            "rbind", volume.Propagation switch { Propagation.Bidirectional => "rshared", Propagation.HostToContainer => "rslave", _ => "rprivate" }),
    };

    private static JsonArray Array(IEnumerable<string> values) => [.. values.Select(value => JsonValue.Create(value))];
}
