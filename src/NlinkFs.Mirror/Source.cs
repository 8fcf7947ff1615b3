using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>
/// The file system below, reached by names relative to a held root and a bounded set of directory descriptors. Symbolic links are
/// never followed, so nothing leads out of it.
/// </summary>
internal sealed class Source : IDisposable
{
    /// <summary>Longest name the kernel passes on is 1024 (FUSE_NAME_MAX).</summary>
    internal const int NameMax = 1024;

    private const int CachedDirectories = 128;
    private const ulong AttributeMountRoot = 0x2000;

    [ThreadStatic]
    private static List<NodeId>? t_chain;

    private readonly NodeTable _nodes;
    private readonly DirectoryCache _directories;

    internal Source(Fd root, string fileSystemType, NodeTable nodes, TimeSpan maxDirectoryAge)
    {
        Root = root;
        Wanted = IsFuse(fileSystemType) ? StatxMask.WithoutBirth : StatxMask.Full;
        _nodes = nodes;
        _directories = new DirectoryCache(CachedDirectories, maxDirectoryAge);
    }

    /// <summary>The held root.</summary>
    internal Fd Root { get; }

    /// <summary>The attributes that come at no extra call.</summary>
    internal StatxMask Wanted { get; }

    /// <summary>Whether a type in the mount table is a FUSE file system's.</summary>
    internal static bool IsFuse(string fileSystemType) =>
        fileSystemType == "fuse" || fileSystemType.StartsWith("fuse.", StringComparison.Ordinal);

    /// <summary>
    /// Opens the root of a source. Where the path is the root of a mount and privilege allows, a private clone of the mount is
    /// held, so that the source can still be unmounted; otherwise the directory itself, below which mounts come and go visibly.
    /// </summary>
    /// <param name="path">Where it is.</param>
    /// <param name="root">The held root.</param>
    /// <param name="fileSystemType">Its type in the mount table, such as fuse.rclone; empty when it is not there.</param>
    internal static Errno OpenRoot(ReadOnlySpan<byte> path, out Fd root, out string fileSystemType)
    {
        fileSystemType = "";
        Errno error = Files.OpenAt(Fd.WorkingDirectory, path, OpenFlags.Path | OpenFlags.Directory, out root);
        if (error.IsError)
        {
            return error;
        }

        _ = Files.Stat(root, out StatxBuffer stat, StatSync.CachedOnly);
        fileSystemType = TypeOf(stat);
        bool isMountRoot = (stat.Attributes & stat.AttributesMask & AttributeMountRoot) != 0;
        if (isMountRoot && !Mounts.CloneTree(root, out Fd tree).IsError)
        {
            root.Close();
            root = tree;
        }

        return Errno.None;
    }

    /// <summary>
    /// Borrows a descriptor of a directory node. The caller disposes the lease. ESTALE when the node has no path any more, which
    /// makes the kernel look it up again.
    /// </summary>
    internal Errno Enter(NodeId directory, out DirectoryLease lease)
    {
        if (directory == NodeId.Root)
        {
            lease = DirectoryLease.Of(Root);
            return Errno.None;
        }

        return _directories.TryBorrow(directory, out lease) ? Errno.None : Walk(directory, out lease);
    }

    /// <summary>Opens a directory node for reading; the caller closes it.</summary>
    internal Errno OpenDirectory(NodeId directory, out Fd fd)
    {
        fd = Fd.None;
        Errno error = Enter(directory, out DirectoryLease lease);
        if (!error.IsError)
        {
            error = Files.OpenAt(lease.Fd, "."u8, OpenFlags.ReadOnly | OpenFlags.Directory, out fd);
            lease.Dispose();
        }

        return error;
    }

    /// <summary>Borrows the directory that holds a node, and copies the node's name.</summary>
    internal Errno EnterParent(NodeId node, Span<byte> buffer, out DirectoryLease lease, out ReadOnlySpan<byte> name)
    {
        if (!_nodes.TryGetName(node, buffer, out NodeId parent, out int length))
        {
            lease = default;
            name = default;
            return Errno.ESTALE;
        }

        name = buffer[..length];
        return Enter(parent, out lease);
    }

    public void Dispose()
    {
        _directories.Dispose();
        Root.Close();
    }

    /// <summary>Climbs to the nearest directory that is open already, then opens downwards one name at a time, following no link.</summary>
    private Errno Walk(NodeId directory, out DirectoryLease lease)
    {
        List<NodeId> chain = t_chain ??= new List<NodeId>(32);
        chain.Clear();
        Span<byte> buffer = stackalloc byte[NameMax];
        lease = default;
        NodeId at = directory;
        while (at != NodeId.Root && (at == directory || !_directories.TryBorrow(at, out lease)))
        {
            chain.Add(at);
            if (!_nodes.TryGetName(at, buffer, out at, out _))
            {
                return Errno.ESTALE;
            }
        }

        lease = at == NodeId.Root ? DirectoryLease.Of(Root) : lease;
        for (int i = chain.Count - 1; i >= 0; i--)
        {
            Errno error = Errno.ESTALE;
            Fd next = Fd.None;
            if (_nodes.TryGetName(chain[i], buffer, out _, out int length))
            {
                error = Files.OpenAt(lease.Fd, buffer[..length], OpenFlags.Path | OpenFlags.Directory | OpenFlags.NoFollow, out next);
            }

            lease.Dispose();
            if (error.IsError)
            {
                lease = default;

                // What was a directory is a file or a link now: the kernel has to look again.
                return error == Errno.ENOTDIR || error == Errno.ELOOP ? Errno.ESTALE : error;
            }

            lease = _directories.Add(chain[i], next);
        }

        return Errno.None;
    }

    /// <summary>By the id of the mount or, before Linux 5.8, by its device.</summary>
    private static string TypeOf(StatxBuffer stat)
    {
        bool hasId = stat.Mask.HasFlag(StatxMask.MountId);
        return MountTable.Read()
            .FirstOrDefault(mount => hasId ? (ulong)mount.Id == stat.MountId : mount.Major == stat.DevMajor && mount.Minor == stat.DevMinor)?.Type ?? "";
    }
}
