using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>
/// The file system below, while it is there, reached by names relative to a held root and a bounded set of directory descriptors.
/// Symbolic links are never followed, so nothing leads out of it.
/// </summary>
internal sealed class Source(NodeTable nodes)
{
    /// <summary>Longest name the kernel passes on is 1024 (FUSE_NAME_MAX).</summary>
    internal const int NameMax = 1024;

    [ThreadStatic]
    private static List<NodeId>? t_chain;

    private volatile SourceTree? _tree;
    private volatile bool _isStalled;

    /// <summary>What is there; null while it is lost.</summary>
    internal SourceTree? Tree
    {
        get => _tree;
        set => _tree = value;
    }

    /// <summary>Whether it has ceased to answer, so that asking only costs another thread.</summary>
    internal bool IsStalled
    {
        get => _isStalled;
        set => _isStalled = value;
    }

    /// <summary>Whether there is nobody to ask.</summary>
    internal bool IsAway => _tree is null || _isStalled;

    /// <summary>Opens each directory anew from here on.</summary>
    internal void ForgetDirectories() => _tree?.Directories.Clear();

    /// <summary>The attributes that come at no extra call.</summary>
    internal StatxMask Wanted => _tree?.Wanted ?? StatxMask.WithoutBirth;

    /// <summary>
    /// Borrows a descriptor of a directory node. The caller disposes the lease. ENOTCONN while the source is lost, ETIMEDOUT while it is
    /// stalled; ESTALE when the node has no path any more, which makes the kernel look it up again.
    /// </summary>
    internal Errno Enter(NodeId directory, out DirectoryLease lease)
    {
        lease = default;
        if (_isStalled)
        {
            return Errno.ETIMEDOUT;
        }

        if (_tree is not { } tree || !tree.TryUse())
        {
            return Errno.ENOTCONN;
        }

        lease = DirectoryLease.OfRoot(tree);
        if (directory == NodeId.Root || tree.Directories.TryBorrow(directory, ref lease))
        {
            return Errno.None;
        }

        Errno error = Walk(directory, ref lease);
        if (error.IsError)
        {
            lease.Dispose();
            lease = default;
        }

        return error;
    }

    /// <summary>Opens a directory node for reading; the caller ends its use.</summary>
    internal Errno OpenDirectory(NodeId directory, out SourceFile? file)
    {
        file = null;
        Errno error = Enter(directory, out DirectoryLease lease);
        if (!error.IsError)
        {
            error = Files.OpenAt(lease.Fd, "."u8, OpenFlags.ReadOnly | OpenFlags.Directory, out Fd fd);
            file = error.IsError ? null : new SourceFile(lease.Tree, fd);
            lease.Dispose();
        }

        return error;
    }

    /// <summary>Borrows the directory that holds a node, and copies the node's name.</summary>
    internal Errno EnterParent(NodeId node, Span<byte> buffer, out DirectoryLease lease, out ReadOnlySpan<byte> name)
    {
        if (!nodes.TryGetName(node, buffer, out NodeId parent, out int length))
        {
            lease = default;
            name = default;
            return Errno.ESTALE;
        }

        name = buffer[..length];
        return Enter(parent, out lease);
    }

    /// <summary>As <see cref="EnterParent"/>; the root is found in itself as ".".</summary>
    internal Errno EnterFor(NodeId node, Span<byte> buffer, out DirectoryLease lease, out ReadOnlySpan<byte> name)
    {
        if (node != NodeId.Root)
        {
            return EnterParent(node, buffer, out lease, out name);
        }

        name = "."u8;
        return Enter(node, out lease);
    }

    /// <summary>
    /// Climbs to the nearest directory that is open already, then opens downwards one name at a time, following no link. The lease is of the
    /// root at first, and to be disposed also after an error.
    /// </summary>
    private Errno Walk(NodeId directory, ref DirectoryLease lease)
    {
        List<NodeId> chain = t_chain ??= new List<NodeId>(32);
        chain.Clear();
        Span<byte> buffer = stackalloc byte[NameMax];
        DirectoryCache directories = lease.Tree.Directories;
        NodeId at = directory;
        while (at != NodeId.Root && (at == directory || !directories.TryBorrow(at, ref lease)))
        {
            chain.Add(at);
            if (!nodes.TryGetName(at, buffer, out at, out _))
            {
                return Errno.ESTALE;
            }
        }

        for (int i = chain.Count - 1; i >= 0; i--)
        {
            Errno error = Errno.ESTALE;
            Fd next = Fd.None;
            if (nodes.TryGetName(chain[i], buffer, out _, out int length))
            {
                error = Files.OpenAt(lease.Fd, buffer[..length], OpenFlags.Path | OpenFlags.Directory | OpenFlags.NoFollow, out next);
            }

            if (error.IsError)
            {
                // What was a directory is a file or a link now: the kernel has to look again.
                return error == Errno.ENOTDIR || error == Errno.ELOOP ? Errno.ESTALE : error;
            }

            directories.Add(chain[i], next, ref lease);
        }

        return Errno.None;
    }
}
