using System.Text.Json.Serialization;

namespace NlinkFs.Check;

/// <summary>What one check found. Its JSON is a public interface: members are added, never renamed, and so are ids.</summary>
/// <param name="Id">For programs, such as "ino-stable".</param>
/// <param name="Subject">What was looked at, for people.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Found">What was found, in a few words.</param>
internal sealed record Finding(string Id, string Subject, [property: JsonIgnore] Severity Severity, string Found)
{
    /// <summary>One path where it shows, printable and below the examined root; null when it is no matter of paths.</summary>
    public string? Example { get; init; }

    /// <summary>What a user notices; null when nothing.</summary>
    public string? Effect { get; init; }

    /// <summary>Whether it does not show in a mirror; null when there is nothing to cure.</summary>
    public bool? Curable { get; init; }

    /// <summary>The option that cures it, or what to do where none does.</summary>
    public string? Cure { get; init; }

    /// <summary>ok, unseen, note, warning or error.</summary>
    [JsonPropertyName("severity")]
    public string SeverityName => Severity switch
    {
        Severity.Ok => "ok",
        Severity.Unseen => "unseen",
        Severity.Note => "note",
        Severity.Warning => "warning",
        _ => "error",
    };
}
