using NlinkFs.Control;
using NlinkFs.Linux;
using NlinkFs.Metrics;
using NlinkFs.Mirror;
using NlinkFs.Protocol;
using NlinkFs.Server;
using NlinkFs.Supervision;
using Serilog;
using Serilog.Events;

namespace NlinkFs.Mounting;

/// <summary>A mirror that is mounted and answers.</summary>
/// <param name="Ended">Set when it serves nobody any more: unmounted and let go of, or its connection was aborted.</param>
/// <param name="Mount">Its line in the mount table; null when it is not to be found there.</param>
/// <param name="EndWaiting">Fails the requests that wait for a lost source, from here on.</param>
internal sealed record LiveMirror(WaitHandle Ended, MountEntry? Mount, Action EndWaiting);

/// <summary>One mirror from mount to unmount, in this process.</summary>
internal sealed class MountService(MountPlan plan, KernelOptions kernel, MirrorOptions options, Deadlines deadlines, ILogger log)
{
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(30);

    private bool _sourceHangs;

    /// <summary>Whether each request and answer is logged.</summary>
    internal bool Trace { get; init; }

    /// <summary>How far to read ahead in the mirror and in the source, bytes; 0 for no change.</summary>
    internal (long Mirror, long Source) ReadAhead { get; init; }

    /// <summary>How long to wait for the source before mounting; null for not at all.</summary>
    internal TimeSpan? Wait { get; init; }

    /// <summary>Who is told how the mirror does.</summary>
    internal required ServiceManager Manager { get; init; }

    /// <summary>How long files may stay open after the mount point is given up, before they are cut off.</summary>
    internal TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Tells others of the mirror while there is one.</summary>
    internal DaemonState State { get; } = new();

    private string Source => Printable.Escape(plan.Source);

    private string MountPoint => Printable.Escape(plan.MountPoint);

    /// <summary>Mounts, has something done while the mirror answers, and cleans up. Can be called again.</summary>
    /// <param name="stop">Ends the wait for the source.</param>
    /// <param name="meanwhile">Returns when the mirror is to end, or has ended.</param>
    /// <returns>False when it was stopped before the source was there.</returns>
    internal bool Serve(WaitHandle stop, Action<LiveMirror> meanwhile)
    {
        ServiceLog serviceLog = new(log, Manager);
        Manager.Follow(() => $"Waiting for source {Source}", () => true);
        _ = Processes.RaiseOpenFilesLimit();
        if (new SourceOpening(plan.Source, options, log).Open(Wait, serviceLog, stop) is not { } mirror)
        {
            log.Information("Stopped while waiting for {Source:l}", Source);
            return false;
        }

        using (mirror)
        {
            if (options.Io == IoMode.Passthrough && !mirror.DataPath.IsPassthrough)
            {
                throw new CommandException($"--io=passthrough: {mirror.DataPath.Reason}", ExitCode.Mount, "use --io=auto or --io=proxy");
            }

            // Before a mirror may cover it (--over).
            SetReadAhead(plan.Source, ReadAhead.Source, LogEventLevel.Warning);
            Fd device = FuseMount.Mount(Request());
            using FuseSession session = new(
                device,
                mirror,
                new SessionOptions
                {
                    Trace = Trace ? line => log.Information("{Line:l}", line) : null,
                    Deadlines = deadlines,
                    MaxStackDepth = mirror.DataPath.StackDepth,
                },
                serviceLog);
            session.Start();
            NegotiatedSession negotiated = Begin(session);

            // Null when it was unmounted or covered at once.
            MountEntry? mount = MountTable.TopAt(plan.MountPoint) is { Type: MountPlan.FileSystemType } top ? top : null;
            StatusReporter status = new(plan, options, deadlines, mirror, session);
            using ControlServer? control = StartControl(status, mirror, session, mount);
            State.Mirror = status;
            Manager.Follow(() => StatusLine(mirror.SourceStatus), () => session.IsReading);
            Announce(in negotiated, mirror.DataPath);
            try
            {
                meanwhile(new LiveMirror(session.Ended, mount, mirror.EndWaiting));
            }
            finally
            {
                Manager.Follow(() => $"Unmounting {MountPoint}", () => true);
                State.Mirror = null;
                mirror.EndWaiting();
                End(session, mount);
            }
        }

        _sourceHangs |= mirror.SourceHangs;
        return true;
    }

    /// <summary>To be called before the process ends, so that a source that hangs does not keep it from ending.</summary>
    internal void LeaveHangingSource()
    {
        if (_sourceHangs)
        {
            Processes.LeaveDescriptorsBehind();
        }
    }

    private MountRequest Request() => new()
    {
        MountPoint = plan.MountPoint,
        FsName = kernel.FsName is { } name ? Invocation.BytesOf(name) : plan.Source,
        Subtype = "nlinkfs",
        Flags = kernel.Flags,
        AllowOther = kernel.AllowOther || Processes.IsRoot,
        DefaultPermissions = kernel.DefaultPermissions || Processes.IsRoot,
        MaxRead = kernel.MaxRead,
    };

    /// <summary>Waits for the INIT exchange and then for an answer through the kernel: only then does the mount count as made.</summary>
    private NegotiatedSession Begin(FuseSession session)
    {
        bool agreed = session.WaitForInit(s_startTimeout, out NegotiatedSession negotiated);
        Errno error = agreed ? Files.StatAt(Fd.WorkingDirectory, plan.MountPoint, out _, StatSync.Force) : Errno.EIO;
        if (error.IsError)
        {
            _ = FuseMount.Unmount(plan.MountPoint, lazy: true);
            throw new CommandException(
                agreed ? $"mounted {Source} on {MountPoint}, but the mirror does not answer: {error}" : $"the kernel refused to start FUSE on {MountPoint}",
                ExitCode.Mount);
        }

        SetReadAhead(plan.MountPoint, ReadAhead.Mirror, LogEventLevel.Debug);
        return negotiated;
    }

    /// <summary>Says that it is there, when those who ask about it are answered, too.</summary>
    private void Announce(in NegotiatedSession negotiated, DataPath dataPath)
    {
        log.Information("Mirroring {Source:l} at {MountPoint:l}, read-only (pid {Pid})", Source, MountPoint, Environment.ProcessId);
        log.Information(
            "FUSE protocol 7.{Minor} (kernel 7.{KernelMinor}), requests up to {MaxRequestKiB} KiB; {Features:l}",
            negotiated.Minor,
            negotiated.KernelMinor,
            negotiated.MaxPages * 4,
            negotiated.Features.ToString());
        log.Information("Data path: {DataPath:l}, because {Reason:l}", dataPath.IsPassthrough ? "passthrough" : "proxy", dataPath.Reason);
    }

    private ControlServer? StartControl(StatusReporter status, MirrorFileSystem mirror, FuseSession session, MountEntry? mount) => mount is null
        ? null
        : ControlServer.TryStart(
            ControlSocket.NameOf(mount),
            new Dictionary<string, ControlCommand>
            {
                ["status"] = status.Answer,
                [RefreshReport.Question] = new Refresher(mirror, log).Answer,
                [LogLevelReport.Question] = new LogLevelSetter(log).Answer,
                [TraceReport.Question] = new TraceServer(session).Answer,
            },
            log);

    private string StatusLine(SourceStatus source) => source.State switch
    {
        SourceState.Present => $"Mirroring {Source} at {MountPoint}",
        SourceState.Lost => $"The source {Source} is lost: {source.Reason}; requests wait for it",
        _ => $"The source {Source} does not answer; requests fail until it does",
    };

    private void SetReadAhead(byte[] path, long size, LogEventLevel onError)
    {
        Errno error = Errno.None;
        if (size > 0 && !Files.StatAt(Fd.WorkingDirectory, path, out StatxBuffer stat, StatSync.CachedOnly).IsError)
        {
            error = BackingDevice.SetReadAhead(stat.DevMajor, stat.DevMinor, size);
        }

        if (error.IsError)
        {
            log.Write(onError, "Cannot set the read-ahead of {Path:l}: {Error:l}", Printable.Escape(path), error.ToString());
        }
    }

    private void End(FuseSession session, MountEntry? mount)
    {
        bool ended = session.Ended.WaitOne(0);
        bool isThere = Mirrors.IsOnTop(mount);
        if (ended && isThere)
        {
            log.Warning("The FUSE connection of {MountPoint:l} was aborted; taking the dead mount away", MountPoint);
            _ = FuseMount.Unmount(plan.MountPoint, lazy: true);
            return;
        }

        if (ended)
        {
            log.Information("{MountPoint:l} was unmounted; done", MountPoint);
            return;
        }

        if (isThere)
        {
            Unmount();
        }

        ended = session.Ended.WaitOne(Grace);
        log.Information("Stopped{How:l}", ended ? "" : "; files that were still open are cut off");
    }

    private void Unmount()
    {
        Errno error = FuseMount.Unmount(plan.MountPoint, lazy: false);
        if (error == Errno.EBUSY)
        {
            log.Warning(
                "{MountPoint:l} is in use by {Holders:l}; detached, files still open are cut off in {Seconds} s",
                MountPoint,
                string.Join(", ", Holders.Of(plan.MountPoint).DefaultIfEmpty("somebody unknown")),
                Grace.TotalSeconds);
            error = FuseMount.Unmount(plan.MountPoint, lazy: true);
        }

        if (error.IsError)
        {
            log.Error("Cannot unmount {MountPoint:l}: {Error:l}; run: umount -l {MountPoint:l}", MountPoint, error.ToString(), MountPoint);
        }
    }

    private sealed class ServiceLog(ILogger log, ServiceManager manager) : ISessionLog, IMirrorLog
    {
        public void PassthroughRefused(Errno error, bool everyFile) => log.Warning(
            "The kernel will not read {What:l} itself: {Error:l}; the daemon does (--io=proxy)", everyFile ? "files" : "some files", error.ToString());

        public void SourceLost(string reason)
        {
            manager.LookAgain();
            log.Warning("The source is lost: {Reason:l}; requests wait for it", reason);
        }

        public void SourceReturned(TimeSpan away)
        {
            manager.LookAgain();
            log.Information("The source is back after {Seconds:0.0} s", away.TotalSeconds);
        }

        public void SourceStalled(int stuckCalls)
        {
            manager.LookAgain();
            log.Error("The source does not answer, {Stuck} calls are stuck in it; requests fail until it does", stuckCalls);
        }

        public void SourceAnswers(TimeSpan silent)
        {
            manager.LookAgain();
            log.Information("The source answers again after {Seconds:0.0} s", silent.TotalSeconds);
        }

        public void SourceAborted(Errno error)
        {
            if (error.IsError)
            {
                log.Error("Cannot abort the source's FUSE connection: {Error:l}", error.ToString());
            }
            else
            {
                log.Warning("Aborted the FUSE connection of the source (--abort-stalled)");
            }
        }

        public void CallOverdue(string operation, byte[] path) => log.Warning(
            "{Operation:l} of {Path:l} takes longer than its deadline, answered EIO", operation, Printable.Escape(path));

        public void InitRefused(string reason) => log.Error("Cannot serve: {Reason:l}", reason);

        public void MalformedRequest(FuseOpcode opcode, int length) => log.Warning("Malformed {Opcode} request of {Length} bytes, answered EIO", opcode, length);

        public void HandlerFailed(FuseOpcode opcode, Exception exception) => log.Error(exception, "A bug: {Opcode} failed, answered EIO", opcode);

        public void ChannelFailed(Errno error) => log.Error("Reading requests from /dev/fuse failed: {Error:l}", error.ToString());

        public void WorkersExhausted(int workers) => log.Warning("All {Workers} workers are busy: is the source slow or stuck?", workers);
    }
}
