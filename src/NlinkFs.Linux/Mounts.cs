namespace NlinkFs.Linux;

/// <summary>MS_* flags of mount(2) that this project uses.</summary>
[Flags]
public enum MountFlags : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>MS_RDONLY.</summary>
    ReadOnly = 1,

    /// <summary>MS_NOSUID.</summary>
    NoSuid = 2,

    /// <summary>MS_NODEV.</summary>
    NoDev = 4,

    /// <summary>MS_NOEXEC.</summary>
    NoExec = 8,

    /// <summary>MS_SYNCHRONOUS.</summary>
    Synchronous = 16,

    /// <summary>MS_DIRSYNC.</summary>
    DirSync = 128,

    /// <summary>MS_NOATIME.</summary>
    NoAtime = 1024,

    /// <summary>MS_NODIRATIME.</summary>
    NoDirAtime = 2048,

    /// <summary>MS_REC.</summary>
    Recursive = 1 << 14,

    /// <summary>MS_SLAVE.</summary>
    Slave = 1 << 19,

    /// <summary>MS_RELATIME.</summary>
    RelAtime = 1 << 21,

    /// <summary>MS_STRICTATIME.</summary>
    StrictAtime = 1 << 24,
}

/// <summary>How umount2(2) goes about it.</summary>
[Flags]
public enum UnmountFlags
{
    /// <summary>Fails with EBUSY while in use.</summary>
    None = 0,

    /// <summary>MNT_DETACH: taken from the tree now, ended when the last user lets go.</summary>
    Detach = 2,

    /// <summary>UMOUNT_NOFOLLOW.</summary>
    NoFollow = 8,
}

/// <summary>mount(2), umount2(2), open_tree(2).</summary>
public static unsafe class Mounts
{
    private const int OpenTreeClone = 1;
    private const int AtRecursive = 0x8000;
    private const int AtEmptyPath = 0x1000;

    /// <summary>mount(2). EPERM without CAP_SYS_ADMIN; <paramref name="data"/> is the comma separated option string.</summary>
    public static Errno Mount(ReadOnlySpan<byte> source, ReadOnlySpan<byte> target, ReadOnlySpan<byte> type, MountFlags flags, ReadOnlySpan<byte> data)
    {
        byte* s = stackalloc byte[CPath.Size];
        byte* t = stackalloc byte[CPath.Size];
        byte* k = stackalloc byte[CPath.Size];
        byte* d = stackalloc byte[CPath.Size];
        Errno error = CPath.Copy(source, s);
        error = error.IsError ? error : CPath.Copy(target, t);
        error = error.IsError ? error : CPath.Copy(type, k);
        error = error.IsError ? error : CPath.Copy(data, d);
        return error.IsError ? error : Errno.Of(Libc.mount(s, t, k, (nuint)flags, d));
    }

    /// <summary>
    /// unshare(2): a mount namespace of this thread's own, and of what it starts or becomes. What is mounted there is not seen outside; what is
    /// mounted outside is seen there as long as it happens on a shared mount. EPERM without CAP_SYS_ADMIN.
    /// </summary>
    public static Errno EnterPrivateNamespace()
    {
        const int NewNamespace = 0x20000;
        Errno error = Errno.Of(Libc.unshare(NewNamespace));
        return error.IsError ? error : Mount(""u8, "/"u8, ""u8, MountFlags.Recursive | MountFlags.Slave, ""u8);
    }

    /// <summary>umount2(2).</summary>
    public static Errno Unmount(ReadOnlySpan<byte> target, UnmountFlags flags)
    {
        byte* t = stackalloc byte[CPath.Size];
        Errno error = CPath.Copy(target, t);
        return error.IsError ? error : Errno.Of(Libc.umount2(t, (int)flags));
    }

    /// <summary>
    /// open_tree(2) with OPEN_TREE_CLONE and AT_RECURSIVE of what <paramref name="fd"/> denotes: a private copy of the mount and
    /// of those below it. Holding it does not keep the original from being unmounted, and later mounts on the path are not seen.
    /// EPERM without CAP_SYS_ADMIN, EINVAL when the mount cannot be cloned, ENOSYS before kernel 5.2.
    /// </summary>
    public static Errno CloneTree(Fd fd, out Fd tree)
    {
        byte empty = 0;
        nint result = Libc.syscall(Libc.SysOpenTree, fd.Value, (nint)(&empty), OpenTreeClone | AtRecursive | AtEmptyPath | OpenFlags.CloseOnExec);
        tree = result < 0 ? Fd.None : new Fd((int)result);
        return Errno.Of(result);
    }

    /// <summary>fsopen(2): a file system yet to be configured, mounted nowhere. ENOSYS before kernel 5.2.</summary>
    public static Errno OpenFileSystem(ReadOnlySpan<byte> type, out Fd context)
    {
        const int CloseOnExec = 1;
        byte* t = stackalloc byte[CPath.Size];
        context = Fd.None;
        Errno error = CPath.Copy(type, t);
        if (!error.IsError)
        {
            nint result = Libc.syscall(Libc.SysFsOpen, (nint)t, CloseOnExec, 0);
            context = result < 0 ? Fd.None : new Fd((int)result);
            error = Errno.Of(result);
        }

        return error;
    }

    /// <summary>fsconfig(2) FSCONFIG_SET_STRING.</summary>
    public static Errno Configure(Fd context, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        const int SetString = 1;
        byte* k = stackalloc byte[CPath.Size];
        byte* v = stackalloc byte[CPath.Size];
        Errno error = CPath.Copy(key, k);
        error = error.IsError ? error : CPath.Copy(value, v);
        return error.IsError ? error : Errno.Of(Libc.syscall(Libc.SysFsConfig, context.Value, SetString, (nint)k, (nint)v, 0));
    }

    /// <summary>fsmount(2): the root of a file system brought to life by <see cref="Create"/>, in no tree.</summary>
    public static Errno MountDetached(Fd context, out Fd root)
    {
        const int CloseOnExec = 1;
        nint result = Libc.syscall(Libc.SysFsMount, context.Value, CloseOnExec, 0);
        root = result < 0 ? Fd.None : new Fd((int)result);
        return Errno.Of(result);
    }

    /// <summary>fsconfig(2) FSCONFIG_CMD_CREATE: brings the file system to life, still mounted nowhere.</summary>
    public static Errno Create(Fd context)
    {
        const int Create = 6;
        return Errno.Of(Libc.syscall(Libc.SysFsConfig, context.Value, Create, 0, 0, 0));
    }
}
