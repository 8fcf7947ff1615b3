using System.Collections;

namespace NlinkFs.Configuration;

/// <summary>Settings in the environment: NLINKFS_ENTRY_TIMEOUT is --entry-timeout. An empty one is none, as container tools have it.</summary>
internal static class EnvironmentSettings
{
    private const string Prefix = "NLINKFS_";
    private static readonly string[] s_ofServices = ["_SERVICE_HOST", "_SERVICE_PORT", "_TCP", "_UDP"];

    /// <summary>The variable of a setting.</summary>
    internal static string VariableOf(string name) => Prefix + name.Replace('-', '_').ToUpperInvariant();

    /// <summary>All there are, known or not.</summary>
    internal static List<Setting> Read() =>
    [
        .. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => (Name: (string)variable.Key, Value: (string?)variable.Value))
            .Where(variable => variable.Name.StartsWith(Prefix, StringComparison.Ordinal) && !string.IsNullOrEmpty(variable.Value) && !IsOfKubernetes(variable.Name))
            .OrderBy(variable => variable.Name, StringComparer.Ordinal)
            .Select(variable => new Setting(variable.Name[Prefix.Length..].Replace('_', '-').ToLowerInvariant(), variable.Value!, variable.Name)),
    ];

    /// <summary>Kubernetes tells containers of each Service by such names, and one may be called nlinkfs: NLINKFS_SERVICE_HOST, NLINKFS_PORT_445_TCP.</summary>
    internal static bool IsOfKubernetes(string variable) =>
        s_ofServices.Any(part => variable.Contains(part, StringComparison.Ordinal)) || variable.EndsWith("_PORT", StringComparison.Ordinal);
}
