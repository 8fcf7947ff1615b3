using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>What a source's error becomes on its way to the kernel.</summary>
internal static class SourceErrors
{
    /// <summary>
    /// Errors of a source that is gone or broken become EIO: servers turn ENOTCONN and its like into "permission denied", and
    /// clients then give up.
    /// </summary>
    internal static Errno ToCaller(Errno error) => error.Value switch
    {
        5 or 19 or 70 or 71 or 101 or 103 or 104 or 107 or 108 or 110 or 111 or 112 or 113 or 121 => Errno.EIO,
        _ => error,
    };

    /// <summary>A source's ENOSYS becomes EOPNOTSUPP: passed on, it would switch the operation off for the mount.</summary>
    internal static Errno ToKernel(Errno error) => error.Value == 38 ? Errno.EOPNOTSUPP : error;

    /// <summary>What only a source that is gone fails with: ENODEV, ECONNABORTED, ENOTCONN, ESHUTDOWN.</summary>
    internal static bool IsLoss(Errno error) => error.Value is 19 or 103 or 107 or 108;

    /// <summary>What a source that is gone may fail with too: EIO is all that a read from an aborted connection says.</summary>
    internal static bool MayBeLoss(Errno error) => IsLoss(error) || error.Value is 5 or 116;
}
