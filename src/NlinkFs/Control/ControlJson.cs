using System.Text.Json.Serialization;

namespace NlinkFs.Control;

/// <summary>The documents that go over a control socket or to a program that reads our output.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(ListedMirror))]
[JsonSerializable(typeof(CommandReport))]
[JsonSerializable(typeof(ControlError))]
[JsonSerializable(typeof(RefreshReport))]
[JsonSerializable(typeof(LogLevelReport))]
[JsonSerializable(typeof(TraceReport))]
[JsonSerializable(typeof(Configuration.ShownSetting))]
internal sealed partial class ControlJson : JsonSerializerContext;

/// <summary>The answer to what cannot be answered.</summary>
/// <param name="Error">Why; null in every other document.</param>
internal sealed record ControlError(string? Error);
