using NlinkFs.Linux;
using NlinkFs.Subcommands;

namespace NlinkFs.Mounting;

/// <summary>
/// The ways to say "mount": nlinkfs mount SOURCE MOUNTPOINT; as mount(8) helper (mount.nlinkfs, mount.fuse.nlinkfs); and
/// nlinkfs SOURCE MOUNTPOINT -o ..., which is what mount.fuse makes of "mount -t fuse.nlinkfs".
/// </summary>
internal static class Invocation
{
    /// <summary>Marks a mount asked for by mount(8), which adds "rw", "dev" and "suid" on its own.</summary>
    internal const string HelperOption = "--mount-helper";

    /// <summary>Whether it is a mount without the word "mount"; then <paramref name="mountArguments"/> are the mount command's.</summary>
    internal static bool IsMountHelper(string program, string[] args, out string[] mountArguments)
    {
        bool helper = Path.GetFileName(program) is "mount.nlinkfs" or "mount.fuse.nlinkfs" || (args.Length >= 2 && IsPath(args[0]) && IsPath(args[1]));
        mountArguments = helper ? [HelperOption, .. WithoutHelperFlags(args)] : [];
        return helper;
    }

    /// <summary>The bytes of an argument: the text, unless it was not UTF-8 and the text has lost some of them.</summary>
    internal static byte[] BytesOf(string argument)
    {
        const char Lost = '\uFFFD';
        if (argument.Contains(Lost))
        {
            foreach (byte[] raw in Processes.RawArguments())
            {
                if (System.Text.Encoding.UTF8.GetString(raw) == argument)
                {
                    return raw;
                }
            }
        }

        return System.Text.Encoding.UTF8.GetBytes(argument);
    }

    private static bool IsPath(string text) => text.Contains('/') && !text.StartsWith('-');

    /// <summary>mount(8) may add -s, -v, -n, -f (fake) and -t TYPE to a helper's arguments; only -f means something.</summary>
    private static List<string> WithoutHelperFlags(string[] args)
    {
        List<string> kept = [];
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "-s" or "-v" or "-n":
                    break;
                case "-t" or "-N":
                    i++;
                    break;
                case "-f":
                    kept.Add(MountCommand.FakeOption);
                    break;
                default:
                    kept.Add(args[i]);
                    break;
            }
        }

        return kept;
    }
}
