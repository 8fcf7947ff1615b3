using NlinkFs.Protocol;
using NlinkFs.Testing;

namespace NlinkFs.Tests.Server;

/// <summary>One well-formed body for each opcode the kernel can send, byte for byte.</summary>
internal static class GoldenFrames
{
    /// <summary>Opcodes that are never answered.</summary>
    internal static readonly FuseOpcode[] Unanswered = [FuseOpcode.Forget, FuseOpcode.BatchForget, FuseOpcode.Interrupt, FuseOpcode.NotifyReply];

    internal static readonly Dictionary<FuseOpcode, byte[]> Bodies = new()
    {
        [FuseOpcode.Lookup] = [.. "name\0"u8],
        [FuseOpcode.Forget] = [3, 0, 0, 0, 0, 0, 0, 0], // nlookup 3
        [FuseOpcode.GetAttr] = [.. Zeros(16)], // flags, dummy, fh
        [FuseOpcode.SetAttr] = [.. Zeros(88)],
        [FuseOpcode.ReadLink] = [],
        [FuseOpcode.Symlink] = [.. "link\0target\0"u8],
        [FuseOpcode.MkNod] = [.. Zeros(16), .. "node\0"u8], // mode, rdev, umask, padding
        [FuseOpcode.MkDir] = [.. Zeros(8), .. "dir\0"u8], // mode, umask
        [FuseOpcode.Unlink] = [.. "name\0"u8],
        [FuseOpcode.RmDir] = [.. "name\0"u8],
        [FuseOpcode.Rename] = [1, 0, 0, 0, 0, 0, 0, 0, .. "old\0new\0"u8], // new parent 1
        [FuseOpcode.Link] = [1, 0, 0, 0, 0, 0, 0, 0, .. "new\0"u8], // old node 1
        [FuseOpcode.Open] = [.. Zeros(8)], // flags, open_flags
        [FuseOpcode.Read] = [1, 0, 0, 0, 0, 0, 0, 0, .. Zeros(8), 0, 16, 0, 0, .. Zeros(20)], // fh 1, offset 0, size 4096
        [FuseOpcode.Write] = [1, 0, 0, 0, 0, 0, 0, 0, .. Zeros(8), 4, 0, 0, 0, .. Zeros(20), .. "data"u8], // fh 1, offset 0, size 4
        [FuseOpcode.StatFs] = [],
        [FuseOpcode.Release] = [.. Zeros(24)], // fh, flags, release_flags, lock_owner
        [FuseOpcode.Fsync] = [.. Zeros(16)],
        [FuseOpcode.SetXattr] = [3, 0, 0, 0, 0, 0, 0, 0, .. "user.x\0abc"u8], // size 3, flags 0
        [FuseOpcode.GetXattr] = [64, 0, 0, 0, 0, 0, 0, 0, .. "user.x\0"u8], // size 64, padding
        [FuseOpcode.ListXattr] = [64, 0, 0, 0, 0, 0, 0, 0],
        [FuseOpcode.RemoveXattr] = [.. "user.x\0"u8],
        [FuseOpcode.Flush] = [.. Zeros(24)],
        [FuseOpcode.Init] = FakeKernel.Bytes(FakeKernel.FullInit),
        [FuseOpcode.OpenDir] = [.. Zeros(8)],
        [FuseOpcode.ReadDir] = [1, 0, 0, 0, 0, 0, 0, 0, .. Zeros(8), 0, 16, 0, 0, .. Zeros(20)],
        [FuseOpcode.ReleaseDir] = [.. Zeros(24)],
        [FuseOpcode.FsyncDir] = [.. Zeros(16)],
        [FuseOpcode.GetLk] = [.. Zeros(48)],
        [FuseOpcode.SetLk] = [.. Zeros(48)],
        [FuseOpcode.SetLkw] = [.. Zeros(48)],
        [FuseOpcode.Access] = [4, 0, 0, 0, 0, 0, 0, 0], // R_OK
        [FuseOpcode.Create] = [.. Zeros(16), .. "new\0"u8],
        [FuseOpcode.Interrupt] = [2, 0, 0, 0, 0, 0, 0, 0], // unique 2
        [FuseOpcode.Bmap] = [.. Zeros(16)],
        [FuseOpcode.Destroy] = [],
        [FuseOpcode.Ioctl] = [.. Zeros(24), 4, 0, 0, 0, 8, 0, 0, 0, .. "data"u8], // fh, flags, cmd, arg, in 4, out 8
        [FuseOpcode.Poll] = [.. Zeros(24)],
        [FuseOpcode.NotifyReply] = [.. Zeros(40)],
        [FuseOpcode.BatchForget] = [2, 0, 0, 0, 0, 0, 0, 0, .. Zeros(32)], // count 2, dummy, two of nodeid and nlookup
        [FuseOpcode.Fallocate] = [.. Zeros(32)],
        [FuseOpcode.ReadDirPlus] = [1, 0, 0, 0, 0, 0, 0, 0, .. Zeros(8), 0, 16, 0, 0, .. Zeros(20)],
        [FuseOpcode.Rename2] = [1, 0, 0, 0, 0, 0, 0, 0, .. Zeros(8), .. "old\0new\0"u8],
        [FuseOpcode.Lseek] = [.. Zeros(24)],
        [FuseOpcode.CopyFileRange] = [.. Zeros(56)],
        [FuseOpcode.SetupMapping] = [.. Zeros(40)],
        [FuseOpcode.RemoveMapping] = [1, 0, 0, 0, .. Zeros(16)], // count 1
        [FuseOpcode.SyncFs] = [.. Zeros(8)],
        [FuseOpcode.TmpFile] = [.. Zeros(16)],
        [FuseOpcode.Statx] = [.. Zeros(24)],
        [FuseOpcode.CopyFileRange64] = [.. Zeros(56)],
    };

    private static byte[] Zeros(int count) => new byte[count];
}
