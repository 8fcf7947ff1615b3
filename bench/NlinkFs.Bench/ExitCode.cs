namespace NlinkFs.Bench;

/// <summary>How the driver ends.</summary>
internal static class ExitCode
{
    internal const int Ok = 0;

    /// <summary>A ratio is below its bound, or something did not work.</summary>
    internal const int Failed = 1;

    /// <summary>Stopped by a signal, as a shell reports SIGINT.</summary>
    internal const int Interrupted = 130;
}
