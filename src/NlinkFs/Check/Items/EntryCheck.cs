using System.Globalization;

namespace NlinkFs.Check.Items;

/// <summary>A fault that each sampled entry has or has not.</summary>
internal abstract class EntryCheck(string id, string subject) : Check<Evidence>(id, subject)
{
    internal sealed override Finding Judge(Evidence evidence)
    {
        List<SampledEntry> judged = [.. evidence.Entries.Where(entry => entry.First is { Error.IsError: false } && Applies(entry, evidence))];
        List<SampledEntry> faulty = [.. judged.Where(entry => IsFaulty(entry, evidence))];
        return judged.Count == 0 ? Unseen("nothing to judge it by")
            : faulty.Count == 0 ? Ok(string.Create(CultureInfo.InvariantCulture, $"{Right}: {judged.Count} looked at"))
            : Fault(string.Create(CultureInfo.InvariantCulture, $"{Wrong}: {faulty.Count} of {judged.Count}"), faulty.FirstOrDefault(entry => !entry.IsRoot, faulty[0]).Path, evidence);
    }

    /// <summary>What is said when no entry is faulty.</summary>
    protected abstract string Right { get; }

    /// <summary>What is said when some are.</summary>
    protected abstract string Wrong { get; }

    protected virtual bool Applies(SampledEntry entry, Evidence evidence) => true;

    protected abstract bool IsFaulty(SampledEntry entry, Evidence evidence);

    /// <summary>The finding.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="example">One of the faulty entries.</param>
    /// <param name="evidence">For what depends on more than the entries.</param>
    protected abstract Finding Fault(string found, byte[] example, Evidence evidence);
}
