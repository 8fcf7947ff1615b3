using System.Runtime.InteropServices;

namespace NlinkFs.Linux;

/// <summary>O_* flags as the kernel has them on this architecture; the values differ between x86-64 and arm64 for four of them.</summary>
public static class OpenFlags
{
    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    /// <summary>Open for reading only (0).</summary>
    public const int ReadOnly = 0;

    /// <summary>Mask of the access mode.</summary>
    public const int AccessMode = 3;

    /// <summary>O_RDWR.</summary>
    public const int ReadWrite = 2;

    /// <summary>O_NONBLOCK.</summary>
    public const int NonBlock = 0x800;

    /// <summary>O_TRUNC.</summary>
    public const int Truncate = 0x200;

    /// <summary>O_CLOEXEC.</summary>
    public const int CloseOnExec = 0x80000;

    /// <summary>O_NOATIME.</summary>
    public const int NoAtime = 0x40000;

    /// <summary>O_PATH: a reference to the place, without opening the file.</summary>
    public const int Path = 0x200000;

    /// <summary>O_DIRECTORY.</summary>
    public static int Directory => IsArm ? 0x4000 : 0x10000;

    /// <summary>O_NOFOLLOW.</summary>
    public static int NoFollow => IsArm ? 0x8000 : 0x20000;

    /// <summary>O_DIRECT.</summary>
    public static int Direct => IsArm ? 0x10000 : 0x4000;
}
