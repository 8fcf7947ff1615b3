using NlinkFs.Linux;
using NlinkFs.Mirror;

namespace NlinkFs.Check;

/// <summary>What has been seen of a file system so far. Members that have not been come to are null or empty.</summary>
internal sealed class Evidence
{
    /// <summary>Absolute, links resolved; as typed before that is known.</summary>
    internal required byte[] Path { get; set; }

    /// <summary>All mounts there are.</summary>
    internal IReadOnlyList<MountEntry> Mounts { get; set; } = [];

    /// <summary>The one the path is on.</summary>
    internal MountEntry? Mount { get; set; }

    /// <summary>Whether the path is a mount point.</summary>
    internal bool IsMountPoint => Mount is { } mount && Path.AsSpan().SequenceEqual(mount.MountPoint);

    /// <summary>Whether it is a FUSE file system.</summary>
    internal bool IsFuse => Mount is { Type: "fuse" } || (Mount?.Type.StartsWith("fuse.", StringComparison.Ordinal) ?? false);

    /// <summary>The root first, then level by level.</summary>
    internal List<SampledEntry> Entries { get; } = [];

    internal List<SampledDirectory> Directories { get; } = [];

    /// <summary>Directories that could not be listed.</summary>
    internal List<(byte[] Path, Errno Error)> UnlistedDirectories { get; } = [];

    internal StatFsBuffer? StatFs { get; set; }

    /// <summary>getxattr(2) and listxattr(2) of a file.</summary>
    internal (byte[] Path, Errno Get, Errno List)? Xattrs { get; set; }

    /// <summary>Reading a file opened with O_DIRECT.</summary>
    internal (byte[] Path, Errno Error)? DirectRead { get; set; }

    /// <summary>Reading the beginning of files.</summary>
    internal List<(byte[] Path, Errno Error)> Reads { get; } = [];

    /// <summary>Looking up a name that is not there.</summary>
    internal Errno? Missing { get; set; }

    /// <summary>How long calls took.</summary>
    internal Dictionary<Operation, List<TimeSpan>> Durations { get; } = [];

    /// <summary>The kernel's read-ahead on the mount, KiB.</summary>
    internal long? ReadAheadKilobytes { get; set; }

    /// <summary>Whether a mirror could use passthrough.</summary>
    internal DataPath? DataPath { get; set; }

    /// <summary>The time between the two looks at an entry, at least.</summary>
    internal required TimeSpan Apart { get; init; }

    /// <summary>All that was planned has been looked at.</summary>
    internal bool IsComplete { get; set; }

    /// <summary>The call that has not returned at the end of the time.</summary>
    internal PendingCall? Pending { get; set; }
}

/// <summary>A call that is under way.</summary>
/// <param name="Operation">Such as "stat".</param>
/// <param name="Path">On what, below the examined root.</param>
/// <param name="Since">When it began, of <see cref="Environment.TickCount64"/>.</param>
internal sealed record PendingCall(string Operation, byte[] Path, long Since);

/// <summary>What is timed.</summary>
internal enum Operation
{
    Lookup,
    GetAttr,
    List,
    Read,
}
