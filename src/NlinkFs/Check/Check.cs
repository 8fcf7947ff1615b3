using NlinkFs.Linux;

namespace NlinkFs.Check;

/// <summary>One thing to judge from what has been seen. Judging asks nobody anything.</summary>
/// <typeparam name="TEvidence">What has been seen: of a file system, or of the machine.</typeparam>
/// <param name="id">See <see cref="Finding"/>.</param>
/// <param name="subject">Likewise.</param>
internal abstract class Check<TEvidence>(string id, string subject)
{
    /// <summary>What the evidence says.</summary>
    internal abstract Finding Judge(TEvidence evidence);

    protected Finding Ok(string found) => new(id, subject, Severity.Ok, found);

    protected Finding Unseen(string why) => new(id, subject, Severity.Unseen, why);

    protected Finding Note(string found, string? effect = null, string? advice = null) =>
        new(id, subject, Severity.Note, found) { Effect = effect, Cure = advice };

    /// <summary>A fault that a mirror does not have.</summary>
    protected Finding Curable(Severity severity, string found, string effect, string option, byte[]? example = null) =>
        new(id, subject, severity, found) { Effect = effect, Cure = option, Curable = true, Example = Shown(example) };

    /// <summary>A fault that a mirror would have, too.</summary>
    protected Finding Incurable(Severity severity, string found, string effect, string advice, byte[]? example = null) =>
        new(id, subject, severity, found) { Effect = effect, Cure = advice, Curable = false, Example = Shown(example) };

    private static string? Shown(byte[]? path) => path switch
    {
        null => null,
        [] => ".",
        _ => Printable.Escape(path),
    };
}
