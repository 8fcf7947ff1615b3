using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>What a mirror has to tell its owner. Called from worker threads, rarely: implementations may log.</summary>
public interface IMirrorLog
{
    /// <summary>A file is read by the daemon although passthrough is on. Called once for each errno.</summary>
    /// <param name="error">Why the kernel refused it.</param>
    /// <param name="everyFile">Whether it will refuse every other as well.</param>
    void PassthroughRefused(Errno error, bool everyFile);
}
