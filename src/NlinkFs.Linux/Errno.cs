using System.Runtime.InteropServices;

namespace NlinkFs.Linux;

/// <summary>An errno as a value: 0 is success, everything else is the positive number of errno(3) on Linux (asm-generic).</summary>
/// <param name="Value">The positive errno, or 0.</param>
public readonly record struct Errno(int Value)
{
    /// <summary>Success.</summary>
    public static Errno None => new(0);

    /// <summary>Operation not permitted.</summary>
    public static Errno EPERM => new(1);

    /// <summary>No such file or directory.</summary>
    public static Errno ENOENT => new(2);

    /// <summary>No such process.</summary>
    public static Errno ESRCH => new(3);

    /// <summary>Interrupted system call.</summary>
    public static Errno EINTR => new(4);

    /// <summary>Input/output error.</summary>
    public static Errno EIO => new(5);

    /// <summary>No such device or address.</summary>
    public static Errno ENXIO => new(6);

    /// <summary>Argument list too long.</summary>
    public static Errno E2BIG => new(7);

    /// <summary>Bad file descriptor.</summary>
    public static Errno EBADF => new(9);

    /// <summary>Resource temporarily unavailable.</summary>
    public static Errno EAGAIN => new(11);

    /// <summary>Cannot allocate memory.</summary>
    public static Errno ENOMEM => new(12);

    /// <summary>Permission denied.</summary>
    public static Errno EACCES => new(13);

    /// <summary>Device or resource busy.</summary>
    public static Errno EBUSY => new(16);

    /// <summary>File exists.</summary>
    public static Errno EEXIST => new(17);

    /// <summary>Invalid cross-device link.</summary>
    public static Errno EXDEV => new(18);

    /// <summary>No such device; what read(2) on /dev/fuse answers once the file system is unmounted.</summary>
    public static Errno ENODEV => new(19);

    /// <summary>Not a directory.</summary>
    public static Errno ENOTDIR => new(20);

    /// <summary>Is a directory.</summary>
    public static Errno EISDIR => new(21);

    /// <summary>Invalid argument.</summary>
    public static Errno EINVAL => new(22);

    /// <summary>Too many open files.</summary>
    public static Errno EMFILE => new(24);

    /// <summary>Inappropriate ioctl for device.</summary>
    public static Errno ENOTTY => new(25);

    /// <summary>Read-only file system.</summary>
    public static Errno EROFS => new(30);

    /// <summary>Broken pipe.</summary>
    public static Errno EPIPE => new(32);

    /// <summary>Result does not fit (a buffer given for an xattr is too small).</summary>
    public static Errno ERANGE => new(34);

    /// <summary>File name too long.</summary>
    public static Errno ENAMETOOLONG => new(36);

    /// <summary>Function not implemented. To the FUSE client it means "never ask again" for most opcodes.</summary>
    public static Errno ENOSYS => new(38);

    /// <summary>Too many levels of symbolic links.</summary>
    public static Errno ELOOP => new(40);

    /// <summary>Connection timed out.</summary>
    public static Errno ETIMEDOUT => new(110);

    /// <summary>No data available (no such xattr).</summary>
    public static Errno ENODATA => new(61);

    /// <summary>Protocol error.</summary>
    public static Errno EPROTO => new(71);

    /// <summary>Operation not supported.</summary>
    public static Errno EOPNOTSUPP => new(95);

    /// <summary>Software caused connection abort; what read(2) on /dev/fuse answers after an abort with FUSE_ABORT_ERROR.</summary>
    public static Errno ECONNABORTED => new(103);

    /// <summary>Transport endpoint is not connected: the FUSE daemon below is gone.</summary>
    public static Errno ENOTCONN => new(107);

    /// <summary>Stale file handle.</summary>
    public static Errno ESTALE => new(116);

    /// <summary>True when this is not success.</summary>
    public bool IsError => Value != 0;

    /// <summary>The C name, such as EIO, or the number where the name is not in the table.</summary>
    public string Symbol => Value switch
    {
        0 => "OK",
        1 => "EPERM",
        2 => "ENOENT",
        3 => "ESRCH",
        4 => "EINTR",
        5 => "EIO",
        6 => "ENXIO",
        7 => "E2BIG",
        9 => "EBADF",
        11 => "EAGAIN",
        12 => "ENOMEM",
        13 => "EACCES",
        14 => "EFAULT",
        16 => "EBUSY",
        17 => "EEXIST",
        18 => "EXDEV",
        19 => "ENODEV",
        20 => "ENOTDIR",
        21 => "EISDIR",
        22 => "EINVAL",
        23 => "ENFILE",
        24 => "EMFILE",
        25 => "ENOTTY",
        27 => "EFBIG",
        28 => "ENOSPC",
        29 => "ESPIPE",
        30 => "EROFS",
        31 => "EMLINK",
        32 => "EPIPE",
        34 => "ERANGE",
        36 => "ENAMETOOLONG",
        38 => "ENOSYS",
        39 => "ENOTEMPTY",
        40 => "ELOOP",
        61 => "ENODATA",
        71 => "EPROTO",
        75 => "EOVERFLOW",
        95 => "EOPNOTSUPP",
        103 => "ECONNABORTED",
        104 => "ECONNRESET",
        107 => "ENOTCONN",
        110 => "ETIMEDOUT",
        111 => "ECONNREFUSED",
        112 => "EHOSTDOWN",
        116 => "ESTALE",
        122 => "EDQUOT",
        _ => $"errno {Value}",
    };

    /// <summary>The C library's sentence for it, such as "Input/output error".</summary>
    public string Message => Value == 0 ? "success" : Marshal.GetPInvokeErrorMessage(Value);

    /// <summary>For people: "Input/output error (EIO)".</summary>
    public override string ToString() => $"{Message} ({Symbol})";

    /// <summary>The errno the last P/Invoke with SetLastError left on this thread.</summary>
    internal static Errno Last => new(Marshal.GetLastPInvokeError());

    /// <summary>Turns the C convention "-1 and errno" into a value.</summary>
    internal static Errno Of(long result) => result < 0 ? Last : None;
}
