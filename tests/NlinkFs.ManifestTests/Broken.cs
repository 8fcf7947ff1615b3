namespace NlinkFs.ManifestTests;

/// <summary>A base that breaks a rule.</summary>
/// <param name="Rule">The rule that has to notice.</param>
/// <param name="Base">The base.</param>
/// <param name="What">What is replaced in it, everywhere.</param>
/// <param name="With">By what.</param>
internal sealed record Broken(string Rule, string Base, string What, string With)
{
    private const string NoToken = "automountServiceAccountToken: false";
    private const string ReadyExec = "            - nlinkfs\n            - health\n            - /export/dfs\n";
    private const string Volumes = "      volumes:\n";

    /// <summary>One or more for each rule.</summary>
    internal static IReadOnlyList<Broken> All =>
    [
        new("Bidirectional is for privileged containers", "share", "privileged: true", "privileged: false"),
        new("Bidirectional is for privileged containers", "mounter", "privileged: true", "privileged: false"),
        new("Mount points are subdirectories of a volume", "share", "NLINKFS_SOURCE: /mnt/dfs", "NLINKFS_SOURCE: /mnt"),
        new("Mount points are subdirectories of a volume", "mounter", "MOUNT_POINT: /mnt/dfs", "MOUNT_POINT: /mnt"),
        new("Mount points are subdirectories of a volume", "direct", "- /export/dfs\n        - --", "- /export\n        - --"),
        new("Volumes are bound at the parent of a mount point", "share", "mountPath: /mnt", "mountPath: /mnt/dfs"),
        new("Volumes are bound at the parent of a mount point", "mounter", "mountPath: /mnt", "mountPath: /mnt/dfs"),
        new("Volumes are bound at the parent of a mount point", "consumers", "mountPath: /mnt", "mountPath: /mnt/dfs"),
        new("Directories that mounts appear in are bound with propagation", "consumers", "          mountPropagation: HostToContainer\n", ""),
        new("Directories that mounts appear in are bound with propagation", "share", "HostToContainer", "None"),
        new("A mount for others is let out", "direct", "Bidirectional", "HostToContainer"),
        new("A mount for others is let out", "mounter", "Bidirectional", "HostToContainer"),
        new("No recursiveReadOnly with propagation", "share", "mountPropagation: HostToContainer", "mountPropagation: HostToContainer\n          recursiveReadOnly: Enabled"),
        new("What gets mounts from others is a hostPath below /run", "share", "/run/nlinkfs/source", "/var/lib/media"),
        new("What gets mounts from others is a hostPath below /run", "share", "      - hostPath:\n          path: /run/nlinkfs/source/media\n          type: DirectoryOrCreate\n        name: source", "      - emptyDir: {}\n        name: source"),
        new("No user namespace", "share", NoToken, $"{NoToken}\n      hostUsers: false"),

        new("No probe touches a mount", "share", "nlinkfs\n            - health\n            - --live\n            - /export/dfs", "stat\n            - /export/dfs"),
        new("No probe touches a mount", "share", "grep -q ' /mnt/dfs .* - fuse' /proc/self/mountinfo", "ls /mnt/dfs"),
        new("No probe touches a mount", "mounter", "/proc/self/mountinfo", "/proc/self/mountinfo && ls $MOUNT_POINT"),
        new("Liveness does not depend on the source", "share", "            - --live\n", ""),
        new("Readiness does depend on the source", "share", ReadyExec, ReadyExec.Replace("health\n", "health\n            - --live\n", StringComparison.Ordinal)),
        new("Probes wait for the answer", "share", "          timeoutSeconds: 6\n", ""),
        new("Readiness has the patience of the mirror", "direct", "failureThreshold: 6\n          periodSeconds: 5", "failureThreshold: 3\n          periodSeconds: 5"),
        new("The source is there before the mirror starts", "share", "grep -q ' /mnt/dfs .* - fuse' /proc/self/mountinfo", "true"),

        new("Privileged only to let mounts out", "share", "privileged: false", "privileged: true"),
        new("A mirror may mount", "share", "            - SYS_ADMIN\n", ""),
        new("A mirror gets /dev/fuse", "share", "            squat.ai/fuse: 1\n", ""),
        new("/dev/fuse does not come by hostPath", "share", Volumes, $"{Volumes}      - name: fuse\n        hostPath:\n          path: /dev/fuse\n"),
        new("AppArmor lets a mirror mount", "share", "type: Unconfined", "type: RuntimeDefault"),
        new("Capabilities are the five that are needed", "share", "- SETUID", "- SYS_PTRACE"),
        new("Capabilities are the five that are needed", "share", "            drop:\n            - ALL\n", ""),
        new("Nobody gains privileges", "share", "allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true"),
        new("Nobody gains privileges", "consumers", "          allowPrivilegeEscalation: false", "          privileged: false"),
        new("Our root file systems are read-only", "mounter", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
        new("A mirror has /run in memory", "direct", "medium: Memory", "medium: \"\""),
        new("No pod has a token of the API server", "consumers", NoToken, "automountServiceAccountToken: true"),
        new("No password in a config map", "share", "SHARE_NAME: dfs", "SHARE_NAME: dfs\n  USER_ANNA: secret"),

        new("One pod at a time", "share", "type: Recreate", "type: RollingUpdate"),
        new("One pod at a time", "direct", "replicas: 1", "replicas: 2"),
        new("Leftovers are cleaned up first", "share", "umount -l \"", "umount \""),
        new("Leftovers are cleaned up first", "direct", "done </proc/self/mountinfo", "done <list"),
        new("The source takes its mount away when it ends", "direct", "umount -l /mnt/dfs || true", "umount /mnt/dfs"),
        new("A mirror is not unmounted behind its back", "direct", "        name: nlinkfs\n", "        name: nlinkfs\n        lifecycle:\n          preStop:\n            exec:\n              command: [umount, /export/dfs]\n"),
        new("The source is a native sidecar", "share", "        restartPolicy: Always\n", ""),
        new("There is time to stop", "share", "terminationGracePeriodSeconds: 60", "terminationGracePeriodSeconds: 10"),
        new("A lost node is given up within a minute", "share", "tolerationSeconds: 30", "tolerationSeconds: 300"),
        new("No disruption budget", "share", "apiVersion: apps/v1\n", "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: one\nspec:\n  minAvailable: 1\n---\napiVersion: apps/v1\n"),

        new("The kernel's client uses the node's network", "mounter", "hostNetwork: true", "hostNetwork: false"),
        new("The kernel's client uses the node's network", "mounter", "      dnsPolicy: ClusterFirstWithHostNet\n", ""),
        new("A silent server is given up after 15 s", "mounter", "echo_interval=5,", "echo_interval=60,"),
        new("Clients wait through a failover", "mounter", ",hard,", ",soft,"),
        new("Clients mount read-only", "mounter", "options=ro,", "options="),
        new("Clients speak SMB 3.1.1", "mounter", "vers=3.1.1,", "vers=2.1,"),
        new("The share's address stays", "share", "type: ClusterIP", "type: ClusterIP\n  clusterIP: None"),
        new("Only a share that is ready gets new clients", "share", "    targetPort: smb\n", "    targetPort: smb\n  publishNotReadyAddresses: true\n"),
        new("Nothing claims NFS", "share", "port: 445", "port: 2049"),
        new("Nothing claims NFS", "consumers", Volumes, $"{Volumes}      - name: nfs\n        nfs:\n          path: /\n          server: nlinkfs-smb\n"),

        new("Images have a version", "share", "nlinkfs-smb:0.1.0", "nlinkfs-smb"),
        new("Images have a version", "consumers", "busybox:1.36.1", "busybox:latest"),
        new("Resources are asked for and limited", "direct", "          limits:\n            memory: 256Mi\n", ""),
        new("What is referred to exists", "consumers", "claimName: plex-config", "claimName: plex"),
        new("Services find a pod and its port", "share", "targetPort: smb", "targetPort: microsoft-ds"),
        new("Services find a pod and its port", "share", "selector:\n    app.kubernetes.io/name: nlinkfs-share", "selector:\n    app.kubernetes.io/name: nlinkfs"),
        new("What is mounted is a volume of the pod", "direct", "        name: export\n      - name: config", "        name: exports\n      - name: config"),
    ];

    /// <summary>The base with the fault in it.</summary>
    internal Manifest Manifest()
    {
        string yaml = ManifestTests.Manifest.Shipped(Base).Yaml;
        if (!yaml.Contains(What, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{Base} has no \"{What}\" that could be replaced:\n{yaml}");
        }

        return ManifestTests.Manifest.Parse(yaml.Replace(What, With, StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Base}: {Rule} ({What.Trim().ReplaceLineEndings(" ")} -> {With.Trim().ReplaceLineEndings(" ")})";
}
