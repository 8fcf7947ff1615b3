using System.Collections.Concurrent;
using System.Globalization;

namespace NlinkFs.TestSource;

/// <summary>What reached the source: counts of operations, and a journal of those that would change something.</summary>
internal sealed class Observer(string? journal)
{
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly Lock _lock = new();

    internal void Count(string operation) => _counts.AddOrUpdate(operation, 1, (_, count) => count + 1);

    /// <summary>Notes an operation that a read-only mirror must never send.</summary>
    internal void Modifies(string operation, string path)
    {
        Count(operation);
        if (journal is not null)
        {
            lock (_lock)
            {
                File.AppendAllText(journal, $"{operation} {path}\n");
            }
        }
    }

    /// <summary>"LOOKUP 12" a line, sorted.</summary>
    internal string Report() => string.Concat(_counts
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}\n")));
}
