using System.Runtime.InteropServices;

namespace NlinkFs.Linux;

internal static unsafe partial class Libc
{
    /// <summary>__NR_open_tree: the same number on every architecture with the unified table.</summary>
    internal const nint SysOpenTree = 428;

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int mount(byte* source, byte* target, byte* type, nuint flags, byte* data);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int umount2(byte* target, int flags);

    /// <summary>__NR_fsopen, likewise.</summary>
    internal const nint SysFsOpen = 430;

    /// <summary>__NR_fsconfig, likewise.</summary>
    internal const nint SysFsConfig = 431;

    /// <summary>__NR_fsmount, likewise.</summary>
    internal const nint SysFsMount = 432;

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint syscall(nint number, nint a, nint b, nint c);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e);
}
