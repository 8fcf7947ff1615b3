namespace NlinkFs.Supervision;

/// <summary>
/// When something that ended is started again: after 1 s, twice as long each time, 30 s at most. What ran for a minute starts that anew; what ends
/// sooner too often in a row is given up.
/// </summary>
/// <param name="limit">How often in a row.</param>
internal sealed class RestartPolicy(int limit)
{
    private static readonly TimeSpan s_wellEnough = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    private int _inARow;

    /// <summary>How long to wait before it is started again; null to give it up.</summary>
    /// <param name="ran">How long it ran.</param>
    internal TimeSpan? Next(TimeSpan ran)
    {
        if (limit == 0)
        {
            return null;
        }

        _inARow = ran >= s_wellEnough ? 1 : _inARow + 1;
        return _inARow > limit ? null : TimeSpan.FromSeconds(Math.Min(s_longest.TotalSeconds, s_first.TotalSeconds * Math.Pow(2, Math.Min(_inARow - 1, 30))));
    }
}
