using System.Globalization;
using NlinkFs.Linux;

namespace NlinkFs.Control;

/// <summary>
/// Where a mirror's control socket is. It is named after the mirror's device number, which the mount table tells, so that it is found
/// without touching the mirror: a mirror that hangs must not hang whoever asks about it.
/// </summary>
internal static class ControlSocket
{
    /// <summary>The directories that a user's mirrors have their sockets in, the preferred one first.</summary>
    internal static IEnumerable<string> Directories(uint owner)
    {
        if (owner == 0)
        {
            return ["/run/nlinkfs"];
        }

        string? own = owner == Processes.UserId ? Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") : null;
        return ((string?[])[
            string.IsNullOrEmpty(own) ? null : $"{own}/nlinkfs",
            string.Create(CultureInfo.InvariantCulture, $"/run/user/{owner}/nlinkfs"),
            string.Create(CultureInfo.InvariantCulture, $"/tmp/nlinkfs-{owner}"),
        ]).OfType<string>().Distinct();
    }

    /// <summary>The name of a mirror's socket in its directory.</summary>
    internal static string NameOf(MountEntry mirror) => string.Create(CultureInfo.InvariantCulture, $"{mirror.Major}-{mirror.Minor}.sock");

    /// <summary>
    /// The name of the socket of whoever runs a command at a mount point, which is there when no mirror is: from a hash of the path (FNV-1a), since a
    /// socket's path has to be short.
    /// </summary>
    internal static string NameOf(ReadOnlySpan<byte> mountPoint)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte b in mountPoint)
        {
            hash = (hash ^ b) * 0x100000001b3;
        }

        return string.Create(CultureInfo.InvariantCulture, $"run-{hash:x16}.sock");
    }

    /// <summary>Who mounted a mirror: FUSE's user_id in the mount table.</summary>
    internal static uint OwnerOf(MountEntry mirror)
    {
        const string Key = "user_id=";
        string? option = mirror.SuperOptions.Split(',').FirstOrDefault(option => option.StartsWith(Key, StringComparison.Ordinal));
        return option is not null && uint.TryParse(option[Key.Length..], CultureInfo.InvariantCulture, out uint owner) ? owner : 0;
    }
}
