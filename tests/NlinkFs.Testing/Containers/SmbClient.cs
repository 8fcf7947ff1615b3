using System.Globalization;

namespace NlinkFs.Testing.Containers;

/// <summary>smbclient(1) in a network namespace of its own.</summary>
/// <param name="Network">Where it is.</param>
/// <param name="Server">Whom it asks.</param>
public sealed record SmbClient(NetworkNamespace Network, string Server)
{
    /// <summary>The server's port.</summary>
    public int Port { get; init; } = 445;

    /// <summary>The share.</summary>
    public string Share { get; init; } = "media";

    /// <summary>"name%password"; a guest otherwise.</summary>
    public string? User { get; init; }

    /// <summary>How long it waits for an answer of the server, seconds.</summary>
    public int Patience { get; init; } = 60;

    /// <summary>Runs commands, separated by semicolons.</summary>
    public CommandResult Run(string commands) => Commands.Run("nsenter", Arguments(commands), TimeSpan.FromMinutes(3));

    /// <summary>Runs commands in the background.</summary>
    public Service Start(string commands) => new("nsenter", Arguments(commands));

    /// <summary>All there is in the share, as <see cref="SmbListing"/> has it.</summary>
    public IReadOnlyList<string> List() => SmbListing.Of(Run("recurse; ls"));

    private string[] Arguments(string commands) =>
    [
        $"--net={Network.Path}", "smbclient", $"//{Server}/{Share}", "-p", Port.ToString(CultureInfo.InvariantCulture),
        .. User is null ? (string[])["-N"] : ["-U", User],
        "-t", Patience.ToString(CultureInfo.InvariantCulture), "-c", commands,
    ];
}
