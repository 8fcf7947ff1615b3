using System.CommandLine;
using NlinkFs.Metrics;
using NlinkFs.Mounting;
using NlinkFs.Supervision;

namespace NlinkFs.Subcommands;

/// <summary>nlinkfs mount.</summary>
internal static class MountCommand
{
    /// <summary>mount(8)'s -f: do everything but mount.</summary>
    internal const string FakeOption = "--fake";

    private static readonly MirrorArguments s_mirror = new(waitsByDefault: false);
    private static readonly Option<bool> s_foreground = new("-f", "--foreground") { Description = "Stay in the foreground until unmounted or stopped." };
    private static readonly Option<bool> s_helper = new(Invocation.HelperOption) { Hidden = true };
    private static readonly Option<bool> s_fake = new(FakeOption) { Hidden = true };

    /// <summary>Its part that is about the mirror.</summary>
    internal static MirrorArguments Mirror => s_mirror;

    internal static Command Create()
    {
        Command command = new("mount", "Mirror SOURCE at MOUNTPOINT, read-only. Returns when the mirror answers, or failed.");
        HelpWithExamples.AddTo(command, """
            Examples:
              nlinkfs mount /mnt/dfs /export/dfs
              nlinkfs mount -o noatime,entry-timeout=5s /mnt/dfs /export/dfs
              nlinkfs mount --force-user media --perms a=rX /mnt/dfs /export/dfs
              nlinkfs mount --wait-source --grace 2m /mnt/dfs /export/dfs
              mount -t fuse.nlinkfs -o ro /mnt/dfs /export/dfs
              fstab: /mnt/dfs /export/dfs fuse.nlinkfs ro,noauto,nofail,_netdev 0 0

            Exit codes: 0 mounted, 1 wrong usage, 2 system error, 32 the mount failed.
            """);
        s_mirror.AddTo(command, s_foreground, s_helper, s_fake);
        command.SetAction(parsed => Run(command, parsed));
        return command;
    }

    private static int Run(Command command, ParseResult parsed)
    {
        parsed = s_mirror.Complete(command, parsed, fromMount8: parsed.GetValue(s_helper), out KernelOptions kernel);
        bool foreground = parsed.GetValue(s_foreground);
        if (s_mirror.Trace(parsed) && !foreground && LogSettings.FileOf(parsed) is null)
        {
            throw new CommandException("--trace: a mount in the background has nowhere to write it", ExitCode.Usage, "add --log-file FILE or --foreground");
        }

        MountPlan plan = s_mirror.Plan(parsed);
        if (parsed.GetValue(s_fake))
        {
            return ExitCode.Ok;
        }

        return foreground || Background.IsChild ? Serve(parsed, plan, kernel) : Background.Start();
    }

    private static int Serve(ParseResult parsed, MountPlan plan, KernelOptions kernel)
    {
        using Serilog.Core.Logger log = LogSettings.Start(parsed);
        using ServiceManager manager = new(log);
        using StopSignals signals = new();
        MountService service = s_mirror.Service(parsed, plan, kernel, manager, log);
        using MetricsServer? metrics = s_mirror.StartMetrics(parsed, service, log);
        bool mounted = service.Serve(signals.Stop, mirror =>
        {
            manager.Ready();
            Background.Ready(keepStandardError: LogSettings.FileOf(parsed) is not null);
            _ = WaitHandle.WaitAny([mirror.Ended, signals.Stop]);
            manager.Stopping();
        });
        service.LeaveHangingSource();
        return mounted ? ExitCode.Ok : ExitCode.Mount;
    }
}
