using System.CommandLine;
using NlinkFs.Linux;
using NlinkFs.Mounting;
using NlinkFs.Server;

namespace NlinkFs.Subcommands;

/// <summary>nlinkfs unmount.</summary>
internal static class UnmountCommand
{
    private static readonly Argument<string> s_mountPoint = new("MOUNTPOINT") { Description = "Where the mirror is." };

    private static readonly Option<bool> s_lazy = new("--lazy", "-z", "-l")
    {
        Description = "Take it from the tree now, even if busy; its daemon ends when the last file is closed.",
    };

    internal static Command Create()
    {
        Command command = new("unmount", "End the mirror at MOUNTPOINT. Says who keeps it busy.")
        {
            s_mountPoint,
            s_lazy,
        };
        HelpWithExamples.AddTo(command, """
            Examples:
              nlinkfs unmount /export/dfs
              nlinkfs unmount --lazy /export/dfs

            Exit codes: 0 unmounted, 1 not a mirror, 32 busy or refused.
            """);
        command.Aliases.Add("umount");
        command.SetAction(parsed => Run(Invocation.BytesOf(parsed.GetRequiredValue(s_mountPoint)), parsed.GetValue(s_lazy)));
        return command;
    }

    private static int Run(byte[] typed, bool lazy)
    {
        byte[] mountPoint = MountPlan.Resolve(typed, "mount point", hint: null);
        string shown = Printable.Escape(mountPoint);
        MountEntry? top = MountTable.TopAt(mountPoint);
        if (top?.Type != MountPlan.FileSystemType)
        {
            throw Mirrors.NotOne(shown, top);
        }

        Errno error = FuseMount.Unmount(mountPoint, lazy);
        if (error.IsError)
        {
            string holders = string.Join("\n         ", Holders.Of(mountPoint));
            throw new CommandException(
                $"cannot unmount {shown}: {error}",
                ExitCode.Mount,
                error != Errno.EBUSY ? null : $"{(holders.Length > 0 ? $"kept busy by\n         {holders}\n         " : "")}to take it away all the same: --lazy");
        }

        return ExitCode.Ok;
    }
}
