using System.CommandLine;
using System.Runtime.InteropServices;
using NlinkFs.Bench;
using NlinkFs.Bench.Output;

Option<DirectoryInfo> work = new("--work") { Description = "An existing directory to work in; removed at the end.", Required = true };
Option<DirectoryInfo> output = new("--out") { Description = "Where results go.", Required = true };
Option<FileInfo> samba = new("--smb-conf") { Description = "The shipped smb.conf, with words between @ signs.", Required = true };
Option<bool> quick = new("--quick") { Description = "Fewer and shorter runs." };
Option<bool> guard = new("--guard") { Description = "Only what CI checks: NlinkFs against its source, with bounds." };

RootCommand command = new("Measures NlinkFs on real mounts, beside its source and its peers. Started by scripts/bench.sh.") { work, output, samba, quick, guard };
command.SetAction(parsed =>
{
    bool isGuard = parsed.GetValue(guard);
    Scale scale = isGuard ? Scale.Guard : parsed.GetValue(quick) ? Scale.Quick : Scale.Full;
    Layer[] layers = isGuard ? [Layer.TheSource, .. Layer.Ours] : [Layer.TheSource, .. Layer.Ours, .. Layer.Peers];
    using Workspace workspace = new(parsed.GetRequiredValue(work).FullName);
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, workspace));
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, workspace));
    using Timer limit = new(
        _ => workspace.Abort($"the run took more than {scale.Limit.TotalMinutes} minutes", ExitCode.Failed), null, scale.Limit, Timeout.InfiniteTimeSpan);
    try
    {
        Session session = new(workspace, scale, layers, parsed.GetRequiredValue(samba).FullName, new Progress());
        Report report = isGuard ? session.MeasureForGuard() : session.Measure();
        return Finish(report, parsed.GetRequiredValue(output), isGuard);
    }
    catch (OperationCanceledException e)
    {
        return Fail(e.Message);
    }
    catch (Exception e) when (e is IOException or InvalidOperationException or TimeoutException)
    {
        return Fail(e.Message);
    }
});
return command.Parse(args).Invoke();

static int Finish(Report report, DirectoryInfo output, bool isGuard)
{
    output.Create();
    string name = isGuard ? "guard" : "results";
    string table = Table.Write(report);
    File.WriteAllText(Path.Combine(output.FullName, $"{name}.json"), Json.Write(report));
    File.WriteAllText(Path.Combine(output.FullName, $"{name}.txt"), table);
    if (isGuard)
    {
        return Guard.Check(report) ? ExitCode.Ok : ExitCode.Failed;
    }

    File.WriteAllText(Path.Combine(output.FullName, "chart.svg"), Chart.Write(report));
    Console.Write(table);
    return ExitCode.Ok;
}

static void Stop(PosixSignalContext context, Workspace workspace)
{
    context.Cancel = true;
    workspace.Abort("interrupted", ExitCode.Interrupted);
}

static int Fail(string message)
{
    Console.Error.WriteLine($"bench: {message}");
    return message == "interrupted" ? ExitCode.Interrupted : ExitCode.Failed;
}
