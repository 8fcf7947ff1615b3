using System.Text;

namespace NlinkFs.Linux;

/// <summary>Names of users and groups, by the system's own resolver (NSS).</summary>
public static unsafe class Users
{
    /// <summary>The uid of a user's name; false when there is no such user.</summary>
    public static bool TryFindUser(string name, out uint uid)
    {
        // struct passwd: name, password (pointers), uid, gid.
        byte* entry = stackalloc byte[128];
        byte* buffer = stackalloc byte[4096];
        byte* c = stackalloc byte[CPath.Size];
        void* found = null;
        bool ok = !CPath.Copy(Encoding.UTF8.GetBytes(name), c).IsError
            && Libc.getpwnam_r(c, entry, buffer, 4096, &found) == 0 && found is not null;
        uid = ok ? *(uint*)(entry + 16) : 0;
        return ok;
    }

    /// <summary>The gid of a group's name; false when there is no such group.</summary>
    public static bool TryFindGroup(string name, out uint gid)
    {
        // struct group: name, password (pointers), gid. A large group needs a large buffer for its members.
        const int Size = 1 << 16;
        byte* entry = stackalloc byte[128];
        byte[] buffer = new byte[Size];
        byte* c = stackalloc byte[CPath.Size];
        void* found = null;
        fixed (byte* b = buffer)
        {
            bool ok = !CPath.Copy(Encoding.UTF8.GetBytes(name), c).IsError
                && Libc.getgrnam_r(c, entry, b, Size, &found) == 0 && found is not null;
            gid = ok ? *(uint*)(entry + 16) : 0;
            return ok;
        }
    }
}
