using System.CommandLine;
using NlinkFs.Server;

namespace NlinkFs;

/// <summary>The commands, and how any of them ends: with an exit code, and with one line and a hint when something is wrong.</summary>
internal static class CommandLine
{
    internal static int Run(string[] args)
    {
        try
        {
            return Root().Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (CommandException e)
        {
            return Complain(e.Message, e.Hint, e.ExitCode);
        }
        catch (MountException e)
        {
            return Complain(e.Message, e.Hint, ExitCode.Mount);
        }
    }

    private static RootCommand Root() => new("""
        Makes a FUSE mount fit to be exported: a read-only mirror with link counts, inode numbers and times that file servers accept.

        Samba shows the folders of some FUSE mounts as 0-byte files, or nothing at all, because they report a link count of 0. Put
        NlinkFs in front of such a mount and export the mirror instead.

        Examples:
          nlinkfs mount /mnt/dfs /export/dfs          mirror /mnt/dfs at /export/dfs, in the background
          nlinkfs mount -f /mnt/dfs /export/dfs       the same in the foreground, for containers and systemd
          nlinkfs unmount /export/dfs                 end it
          findmnt -t fuse.nlinkfs                     list the mirrors
        """)
    {
        MountCommand.Create(),
        UnmountCommand.Create(),
        CompletionCommand.Create(),
    };

    private static int Complain(string message, string? hint, int exitCode)
    {
        Console.Error.WriteLine($"nlinkfs: {message}");
        if (hint is not null)
        {
            Console.Error.WriteLine($"         {hint}");
        }

        return exitCode;
    }
}
