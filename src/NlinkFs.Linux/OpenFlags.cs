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

    /// <summary>The flags by name, such as "RDONLY|NONBLOCK|CLOEXEC"; what has no name here as a number.</summary>
    public static string Describe(int flags)
    {
        List<string> names = [(flags & AccessMode) switch { 0 => "RDONLY", 1 => "WRONLY", 2 => "RDWR", _ => "NOACCESS" }];
        flags &= ~AccessMode;
        (int Bit, string Name)[] known =
        [
            (0x40, "CREAT"), (0x80, "EXCL"), (0x100, "NOCTTY"), (Truncate, "TRUNC"), (0x400, "APPEND"), (NonBlock, "NONBLOCK"), (0x101000, "SYNC"),
            (0x1000, "DSYNC"), (Direct, "DIRECT"), (LargeFile, "LARGEFILE"), (Directory, "DIRECTORY"), (NoFollow, "NOFOLLOW"), (NoAtime, "NOATIME"),
            (CloseOnExec, "CLOEXEC"), (Path, "PATH"), (0x20, "EXEC"),
        ];
        foreach ((int bit, string name) in known)
        {
            if ((flags & bit) == bit)
            {
                names.Add(name);
                flags &= ~bit;
            }
        }

        if (flags != 0)
        {
            names.Add($"0x{flags:x}");
        }

        return string.Join('|', names);
    }

    private static int LargeFile => IsArm ? 0x20000 : 0x8000;
}
