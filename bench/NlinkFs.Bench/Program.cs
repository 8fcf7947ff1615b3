using System.CommandLine;
using System.Runtime.InteropServices;
using NlinkFs.Bench;
using NlinkFs.Bench.Output;

Option<DirectoryInfo> work = new("--work") { Description = "An existing directory to work in; removed at the end.", Required = true };
Option<DirectoryInfo> output = new("--out") { Description = "Where results go.", Required = true };
Option<FileInfo> samba = new("--smb-conf") { Description = "The shipped smb.conf, with words between @ signs.", Required = true };
Option<bool> quick = new("--quick") { Description = "Fewer and shorter runs." };
Option<bool> guard = new("--guard") { Description = "Only what CI checks: NlinkFs against its source, with bounds." };
Option<bool> coldRead = new("--cold-read") { Description = "Only sequential reads from sources that have nothing in memory." };

RootCommand command = new("Measures NlinkFs on real mounts, beside its source and its peers. Started by scripts/bench.sh.")
{
    work, output, samba, quick, guard, coldRead,
};
command.SetAction(parsed =>
{
    bool isGuard = parsed.GetValue(guard);
    Scale scale = isGuard ? Scale.Guard : parsed.GetValue(coldRead) ? Scale.ColdRead : parsed.GetValue(quick) ? Scale.Quick : Scale.Full;
    Layer[] layers = isGuard ? [Layer.TheSource, .. Layer.Ours] : [Layer.TheSource, .. Layer.Ours, .. Layer.Peers];
    using Workspace workspace = new(parsed.GetRequiredValue(work).FullName);
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, workspace));
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, workspace));
    using Timer limit = new(
        _ => workspace.Abort($"the run took more than {scale.Limit.TotalMinutes} minutes", ExitCode.Failed), null, scale.Limit, Timeout.InfiniteTimeSpan);
    try
    {
        Session session = new(workspace, scale, layers, parsed.GetRequiredValue(samba).FullName, new Progress());
        DirectoryInfo results = parsed.GetRequiredValue(output);
        if (isGuard)
        {
            Report guarded = session.MeasureForGuard();
            _ = Save(guarded, results, "guard");
            return Guard.Check(guarded) ? ExitCode.Ok : ExitCode.Failed;
        }

        if (parsed.GetValue(coldRead))
        {
            Console.Write(Save(session.MeasureColdReads(), results, "cold-read"));
            return ExitCode.Ok;
        }

        Report report = session.Measure();
        Console.Write(Save(report, results, "results"));
        File.WriteAllText(Path.Combine(results.FullName, "chart.svg"), Chart.Write(report));
        return ExitCode.Ok;
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

static string Save(Report report, DirectoryInfo output, string name)
{
    output.Create();
    string table = Table.Write(report);
    File.WriteAllText(Path.Combine(output.FullName, $"{name}.json"), Json.Write(report));
    File.WriteAllText(Path.Combine(output.FullName, $"{name}.txt"), table);
    return table;
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
