namespace NlinkFs.Configuration;

/// <summary>A value for an option, or for SOURCE or MOUNTPOINT, from somewhere else than the command line.</summary>
/// <param name="Name">The option's long name without dashes, or "source" or "mountpoint".</param>
/// <param name="Value">As on the command line.</param>
/// <param name="Origin">Where it stands: a file and line, or the name of an environment variable.</param>
internal sealed record Setting(string Name, string Value, string Origin);

/// <summary>A setting as JSON.</summary>
internal sealed record ShownSetting
{
    /// <summary>As in a configuration file.</summary>
    public string Name { get; init; } = "";

    /// <summary>What is in force; left out where there is none.</summary>
    public string? Value { get; init; }

    /// <summary>"default", "command line", "-o", an environment variable, or a file and line.</summary>
    public string From { get; init; } = "";
}
