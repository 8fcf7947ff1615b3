using System.CommandLine;
using System.CommandLine.Invocation;
using NlinkFs.Check;
using NlinkFs.Configuration;
using NlinkFs.Mounting;
using NlinkFs.Server;
using NlinkFs.Subcommands;

namespace NlinkFs;

/// <summary>The commands, and how any of them ends: with an exit code, and with one line and a hint when something is wrong.</summary>
internal static class CommandLine
{
    internal static int Run(string program, string[] args)
    {
        try
        {
            args = OutageSettings.Complete(args);
            // The library names a root command after the program, and mount.nlinkfs would have two of the name "mount".
            bool isHelper = Invocation.IsMountHelper(program, args, out string[] mountArguments);
            Command root = isHelper ? MountCommand.Create() : Root();
            ParseResult parsed = root.Parse(isHelper ? mountArguments : args);
            if (parsed.Action is not HelpWithExamples)
            {
                parsed = isHelper ? root.Parse(new MirrorConfiguration(root, MountCommand.Mirror, mountArguments).CommandLine())
                    : args is ["mount", ..] ? root.Parse(["mount", .. new MirrorConfiguration(MountCommand.Create(), MountCommand.Mirror, args[1..]).CommandLine()])
                    : args is ["run", ..] ? root.Parse(["run", .. new MirrorConfiguration(RunCommand.Create(), RunCommand.Mirror, args[1..]).CommandLine()])
                    : parsed;
            }

            if (parsed.Action is ParseErrorAction && args.Length > 0)
            {
                throw new CommandException(parsed.Errors[^1].Message, ExitCode.Usage, $"see nlinkfs {(parsed.CommandResult.Command is RootCommand ? "" : $"{parsed.CommandResult.Command.Name} ")}--help");
            }

            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
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

    /// <summary>All commands, with their help.</summary>
    internal static RootCommand Root()
    {
        RootCommand root = new("""
            Makes a FUSE mount fit to be exported: a read-only mirror with link counts, inode numbers and times that file servers accept.

            Samba shows the folders of some FUSE mounts as 0-byte files, or nothing at all, because they report a link count of 0. Put
            NlinkFs in front of such a mount and export the mirror instead.
            """)
        {
            MountCommand.Create(),
            RunCommand.Create(),
            UnmountCommand.Create(),
            StatusCommand.Create(),
            ListCommand.Create(),
            HealthCommand.Create(),
            CheckCommand.Create(),
            RefreshCommand.Create(),
            TraceCommand.Create(),
            LogLevelCommand.Create(),
            ConfigCommand.Create(),
            CompletionCommand.Create(),
        };
        HelpWithExamples.AddTo(root, """
            Examples:
              nlinkfs check /mnt/dfs                      say what is wrong with it
              nlinkfs mount /mnt/dfs /export/dfs          mirror /mnt/dfs at /export/dfs, in the background
              nlinkfs mount -f /mnt/dfs /export/dfs       the same in the foreground, for systemd
              nlinkfs run /mnt/dfs /export/dfs -- CMD     the same with a file server on it, for containers
              nlinkfs unmount /export/dfs                 end it
              nlinkfs list                                list the mirrors
              nlinkfs status /export/dfs                  how it and its source do
            """);
        return root;
    }

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
