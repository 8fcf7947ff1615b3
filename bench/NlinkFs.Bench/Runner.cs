namespace NlinkFs.Bench;

/// <summary>
/// Runs scenarios: round by round, and in a round one layer after the other (A B C, A B C), so that a busy spell of the machine
/// hits all of them.
/// </summary>
internal sealed class Runner(Workspace workspace, IReadOnlyList<Layer> layers, Progress progress)
{
    private static readonly TimeSpan s_stepLimit = TimeSpan.FromSeconds(90);

    internal List<Measurement> Run(Source source, IEnumerable<Scenario> scenarios, int rounds, Samba? samba = null) =>
        [.. scenarios.SelectMany(scenario => Run(source, scenario, rounds, samba))];

    private Measurement[] Run(Source source, Scenario scenario, int rounds, Samba? samba)
    {
        Measurement[] measurements = [.. scenario.Steps.Select(step => new Measurement(source.Kind, step, layers))];
        for (int round = 1; round <= rounds; round++)
        {
            foreach (Layer layer in layers)
            {
                progress.Show($"{measurements[0].Id}: round {round} of {rounds}, {layer.Title}");
                RunOnce(source, layer, measurements, samba);
            }
        }

        foreach (Measurement measurement in measurements)
        {
            progress.Done(measurement);
        }

        return measurements;
    }

    /// <summary>One layer's turn in one round. A layer that fails has no sample there, and the others go on.</summary>
    private void RunOnce(Source source, Layer layer, Measurement[] measurements, Samba? samba)
    {
        int taken = 0;
        try
        {
            using LayerMount mount = LayerMount.Begin(workspace, layer, source);
            foreach (Measurement measurement in measurements)
            {
                measurement.Series[layer.Id].Samples.Add(Measure(measurement, new Scene(source, layer, mount, samba)));
                taken++;
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or TimeoutException)
        {
            workspace.ThrowIfAborted();
            foreach (Measurement measurement in measurements.Skip(taken))
            {
                measurement.Series[layer.Id].Samples.Add(null);
                measurement.Series[layer.Id].Failure = e.Message.Trim();
            }
        }
    }

    private Sample Measure(Measurement measurement, Scene scene)
    {
        Step step = measurement.Step;
        using Timer limit = new(
            _ => workspace.Abort($"{measurement.Id} on {scene.Layer.Title} took more than {s_stepLimit.TotalSeconds} s", ExitCode.Failed),
            null,
            s_stepLimit,
            Timeout.InfiniteTimeSpan);
        step.Prepare(scene);
        long reads = step.HotSource ? scene.Source.ReadRequests() : 0;
        double cpu = CpuOf(scene.Mount);
        Work work = step.Run(scene);
        cpu = CpuOf(scene.Mount) - cpu;
        measurement.StrayReads += step.HotSource ? scene.Source.ReadRequests() - reads : 0;
        double amount = step.Unit.AmountOf(work);
        return new Sample(amount / work.Seconds, cpu / (step.Unit.IsBytes ? amount / 1e9 : amount), Usage.PeakKiB(scene.Mount.Pid));
    }

    private static double CpuOf(LayerMount mount) => mount.Pid > 0 ? Calls.CpuSeconds(mount.Pid) : 0;
}
