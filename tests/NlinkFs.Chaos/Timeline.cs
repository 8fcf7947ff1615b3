using System.Diagnostics;

namespace NlinkFs.Chaos;

/// <summary>When the source was away, and what it served when: against this all that clients see is judged.</summary>
internal sealed class Timeline
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly List<Spell> _spells = []; // guarded by _lock

    internal Timeline(Edition edition) => _spells.Add(new Spell(edition, TimeSpan.Zero, TimeSpan.Zero, "start"));

    /// <summary>Time since the start.</summary>
    internal TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    /// <summary>The source is about to go, and what comes back serves this edition.</summary>
    internal void Lose(Edition next, string fault)
    {
        lock (_lock)
        {
            _spells.Add(new Spell(next, Now, TimeSpan.MaxValue, $"#{_spells.Count} {fault}"));
        }
    }

    /// <summary>The source is back.</summary>
    internal void Return()
    {
        lock (_lock)
        {
            _spells[^1] = _spells[^1] with { Back = Now };
        }
    }

    /// <summary>The last fault and how long ago it began, for messages.</summary>
    internal string Context(TimeSpan at)
    {
        lock (_lock)
        {
            Spell spell = _spells.Last(spell => spell.Lost <= at);
            return FormattableString.Invariant($"{(at - spell.Lost).TotalSeconds:0.00} s into {spell.Fault}");
        }
    }

    /// <summary>For how much of a time the source was away.</summary>
    internal TimeSpan AbsenceWithin(TimeSpan from, TimeSpan to)
    {
        TimeSpan absence = TimeSpan.Zero;
        foreach (Spell spell in Since(from))
        {
            TimeSpan begin = spell.Lost > from ? spell.Lost : from;
            TimeSpan end = spell.Back < to ? spell.Back : to;
            absence += end > begin ? end - begin : TimeSpan.Zero;
        }

        return absence;
    }

    /// <summary>What was served in a time; while the source is away that is the old and the new.</summary>
    internal IReadOnlyList<Edition> Served(TimeSpan from, TimeSpan to) =>
        [.. Since(from).Where(spell => spell.Lost <= to).Select(spell => spell.Edition).Distinct()];

    /// <summary>Whether other content has come, or began to come, since a time.</summary>
    internal bool ReplacedSince(TimeSpan time) => Served(time, TimeSpan.MaxValue).Count > 1;

    /// <summary>How many losses there were since a time.</summary>
    internal int LossesSince(TimeSpan time) => Since(time).Count - 1;

    /// <summary>The spell that was in force at a time - the one before it, too, while the source is away - and all later ones.</summary>
    private List<Spell> Since(TimeSpan time)
    {
        lock (_lock)
        {
            int first = _spells.Count - 1;
            while (first > 0 && _spells[first].Back >= time)
            {
                first--;
            }

            return _spells[first..];
        }
    }

    /// <summary>A fault and the service after it.</summary>
    private sealed record Spell(Edition Edition, TimeSpan Lost, TimeSpan Back, string Fault);
}
