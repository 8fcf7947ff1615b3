using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>
/// The source from the moment it was found until it is lost: its root, and what is open of it. Once let go, nothing new is opened, and the
/// last to use it closes it, so that the source can be unmounted and its server can end.
/// </summary>
internal sealed class SourceTree
{
    private const int CachedDirectories = 128;

    private int _users = 1; // the owner, until it lets go

    internal SourceTree(FoundSource found, int generation, TimeSpan maxDirectoryAge)
    {
        Root = found.Root;
        FileSystemType = found.FileSystemType;
        Mount = found.Mount;
        IsMount = found.IsMount;
        RootIno = found.RootStat.Ino;
        RootDevice = found.RootStat.Dev;
        DeviceMinor = found.RootStat.DevMinor;
        Generation = generation;
        Wanted = IsFuse(FileSystemType) ? StatxMask.WithoutBirth : StatxMask.Full;
        Closer = new Closer(IsFuse(FileSystemType) ? Root : null);
        Directories = new DirectoryCache(CachedDirectories, maxDirectoryAge);
    }

    /// <summary>The held root.</summary>
    internal Fd Root { get; }

    /// <summary>Its type in the mount table, such as fuse.rclone; empty when it is not there.</summary>
    internal string FileSystemType { get; }

    /// <summary>Which mount it is on; null when the mount table does not show that.</summary>
    internal MountIdentity? Mount { get; }

    /// <summary>Whether its path is a mount point.</summary>
    internal bool IsMount { get; }

    /// <summary>The root's inode number.</summary>
    internal ulong RootIno { get; }

    /// <summary>The root's device.</summary>
    internal ulong RootDevice { get; }

    /// <summary>Names the connection of a FUSE mount.</summary>
    internal uint DeviceMinor { get; }

    /// <summary>Counts the finds: what was opened in another generation is gone.</summary>
    internal int Generation { get; }

    /// <summary>The attributes that come at no extra call.</summary>
    internal StatxMask Wanted { get; }

    /// <summary>Its directories used last.</summary>
    internal DirectoryCache Directories { get; }

    /// <summary>Closes its files; a thread for each tree, since closing blocks while a source hangs.</summary>
    internal Closer Closer { get; }

    /// <summary>Whether a type in the mount table is a FUSE file system's.</summary>
    internal static bool IsFuse(string fileSystemType) =>
        fileSystemType == "fuse" || fileSystemType.StartsWith("fuse.", StringComparison.Ordinal);

    /// <summary>Begins a use. False when it has been let go.</summary>
    internal bool TryUse()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int before = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (before == users)
            {
                return true;
            }

            users = before;
        }

        return false;
    }

    /// <summary>Begins a use; only by somebody who knows it to be in use.</summary>
    internal SourceTree Use()
    {
        _ = Interlocked.Increment(ref _users);
        return this;
    }

    /// <summary>Ends a use.</summary>
    internal void EndUse()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Directories.Dispose();
            Closer.Close(Root);
            Closer.Dispose();
        }
    }

    /// <summary>Closes what nobody is using now, and the rest as soon as nobody is.</summary>
    internal void LetGo()
    {
        Directories.Dispose();
        EndUse();
    }
}

/// <summary>An open file or directory of a source, used by whoever has it and by reads under way; the last one closes it.</summary>
internal sealed class SourceFile(SourceTree tree, Fd fd)
{
    // A tree that is closed before its last file has nobody left to close that.
    private readonly SourceTree _tree = tree.Use();
    private int _users = 1;

    internal Fd Fd => fd;

    internal int Generation => _tree.Generation;

    /// <summary>Begins a use; only by somebody who knows it to be in use.</summary>
    internal SourceFile Use()
    {
        _ = Interlocked.Increment(ref _users);
        return this;
    }

    /// <summary>Ends a use. Does not block.</summary>
    internal void EndUse()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _tree.Closer.Close(fd);
            _tree.EndUse();
        }
    }
}
