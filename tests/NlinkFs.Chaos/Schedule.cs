namespace NlinkFs.Chaos;

/// <summary>The faults of a run, the same for the same options.</summary>
internal static class Schedule
{
    private const double Shortest = 0.1;

    /// <summary>Draws faults until the source has been started often enough.</summary>
    internal static IEnumerable<Fault> Draw(ChaosOptions options)
    {
        Random random = new(options.Seed);
        for (int left = options.Restarts; left > 0;)
        {
            Fault fault = Draw(random, options.Absence.TotalSeconds, mayTakeTwo: left > 1);
            left -= fault.Restarts;
            yield return fault;
        }
    }

    private static Fault Draw(Random random, double longest, bool mayTakeTwo)
    {
        Loss loss = random.Next(100) switch
        {
            < 15 => Loss.Stop,
            < 45 => Loss.Unmount,
            < 70 => Loss.Kill,
            _ => Loss.KillAndDetach,
        };

        // Replacements are rare: files that are held open have to live through many restarts.
        Comeback comeback = random.Next(100) switch
        {
            _ when loss == Loss.Stop => Comeback.Same,
            < 12 => Comeback.Replaced,
            < 24 when mayTakeTwo => Comeback.EmptyFirst,
            _ => Comeback.Same,
        };
        return new Fault(loss, comeback, Between(random, Shortest, longest), Between(random, Shortest, longest));
    }

    private static TimeSpan Between(Random random, double from, double to) =>
        TimeSpan.FromSeconds(from + (random.NextDouble() * Math.Max(0, to - from)));
}
