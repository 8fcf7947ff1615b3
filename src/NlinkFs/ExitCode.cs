namespace NlinkFs;

/// <summary>Exit codes as mount(8) has them, since mount(8) passes ours on.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    internal const int Ok = 0;

    /// <summary>The command line is wrong, or what it names is not what the command works on.</summary>
    internal const int Usage = 1;

    /// <summary>The system refused something that has nothing to do with the mount itself.</summary>
    internal const int System = 2;

    /// <summary>The mirror is there and its source is not, or does not answer.</summary>
    internal const int SourceMissing = 3;

    /// <summary>A mirror's daemon does not answer.</summary>
    internal const int NoAnswer = 4;

    /// <summary>What was examined has faults, all of which a mirror cures.</summary>
    internal const int Curable = 10;

    /// <summary>What was examined has faults that a mirror would have, too.</summary>
    internal const int Incurable = 11;

    /// <summary>Mounting or unmounting failed.</summary>
    internal const int Mount = 32;

    /// <summary>A command cannot be executed, as shells have it.</summary>
    internal const int NotExecutable = 126;

    /// <summary>A command was not found, as shells have it.</summary>
    internal const int NotFound = 127;
}

/// <summary>An error that ends the command: one line, a hint, an exit code.</summary>
/// <param name="message">What failed, with path and errno.</param>
/// <param name="exitCode">From <see cref="ExitCode"/>.</param>
/// <param name="hint">What to do about it, or null.</param>
internal sealed class CommandException(string message, int exitCode, string? hint = null) : Exception(message)
{
    internal int ExitCode => exitCode;

    internal string? Hint => hint;
}
