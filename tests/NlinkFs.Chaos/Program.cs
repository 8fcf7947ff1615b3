using System.CommandLine;
using System.Runtime.InteropServices;
using NlinkFs.Chaos;
using NlinkFs.Testing;

Option<int> restarts = new("--restarts") { HelpName = "N", Description = "How often the source is started again.", DefaultValueFactory = _ => 50 };
Option<int> seed = new("--seed") { HelpName = "S", Description = "Decides the faults.", DefaultValueFactory = _ => 1 };
Option<string> source = new("--source") { HelpName = "csharp|go", Description = "Which test source.", DefaultValueFactory = _ => "csharp" };
Option<string> io = new("--io") { HelpName = "auto|proxy|passthrough", Description = "The mirror's data path.", DefaultValueFactory = _ => "auto" };
Option<double> absence = new("--absence") { HelpName = "SECONDS", Description = "The longest time the source stays away, and the longest it stays.", DefaultValueFactory = _ => 2 };
Option<FileInfo?> json = new("--json") { HelpName = "FILE", Description = "Write the report there as well." };

RootCommand command = new("Has a source fail in many ways beneath a mirror that is in use, and counts what its users see of it. Started by scripts/chaos.sh.")
{
    restarts, seed, source.AcceptOnlyFromAmong("csharp", "go"), io.AcceptOnlyFromAmong("auto", "proxy", "passthrough"), absence, json,
};
command.SetAction(parsed =>
{
    using CancellationTokenSource cancel = new();
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, cancel));
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, cancel));
    ChaosOptions options = new()
    {
        Restarts = parsed.GetValue(restarts),
        Seed = parsed.GetValue(seed),
        Source = parsed.GetValue(source) == "go" ? SourceKind.Go : SourceKind.CSharp,
        Io = parsed.GetRequiredValue(io),
        Absence = TimeSpan.FromSeconds(parsed.GetValue(absence)),
    };
    try
    {
        Report report = ChaosRun.Run(options, Console.Error.WriteLine, cancel.Token);
        Console.Write(report.ToTable());
        if (parsed.GetValue(json) is { } file)
        {
            File.WriteAllText(file.FullName, report.ToJson());
        }

        const int Interrupted = 130;
        return cancel.IsCancellationRequested ? Interrupted : report.Holds ? 0 : 1;
    }
    catch (Exception e) when (e is IOException or InvalidOperationException or TimeoutException)
    {
        Console.Error.WriteLine($"chaos: {e.Message}");
        return 2;
    }
});
return command.Parse(args).Invoke();

static void Stop(PosixSignalContext context, CancellationTokenSource cancel)
{
    context.Cancel = true;
    cancel.Cancel();
}
