using System.Runtime.InteropServices;
using System.Text;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.ManifestTests;

/// <summary>Why there is no base for NFS: its servers name files by handles, and a mirror gives none.</summary>
public sealed partial class FileHandleTests
{
    private const int CurrentDirectory = -100;
    private const int NotSupported = 95;
    private const uint MaxHandleSize = 128;

    [Theory]
    [InlineData("")]
    [InlineData("file")]
    public void AMirrorGivesNoFileHandles(string name)
    {
        using TempTree tree = new();
        _ = tree.Write("source/file", "content");
        using Mounted mirror = Mounted.Mirror(tree.At("source"), tree.At("mirror"));

        Assert.Equal(0, AskForHandle(tree.At($"source/{name}")));
        Assert.Equal(NotSupported, AskForHandle(mirror.At(name)));
    }

    private static unsafe int AskForHandle(string path)
    {
        // struct file_handle: the size of what follows, its type, and it.
        byte* handle = stackalloc byte[8 + (int)MaxHandleSize];
        *(uint*)handle = MaxHandleSize;
        int mountId;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            return name_to_handle_at(CurrentDirectory, name, handle, &mountId, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    [LibraryImport("libc", SetLastError = true)]
#pragma warning disable IDE1006 // C's name
    private static unsafe partial int name_to_handle_at(int directory, byte* path, byte* handle, int* mountId, int flags);
#pragma warning restore IDE1006
}
