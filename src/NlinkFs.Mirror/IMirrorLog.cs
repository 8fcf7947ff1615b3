using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>What a mirror has to tell its owner. Called from worker threads, rarely: implementations may log.</summary>
public interface IMirrorLog
{
    /// <summary>A file is read by the daemon although passthrough is on. Called once for each errno.</summary>
    /// <param name="error">Why the kernel refused it.</param>
    /// <param name="everyFile">Whether it will refuse every other as well.</param>
    void PassthroughRefused(Errno error, bool everyFile);

    /// <summary>The source is lost; requests wait.</summary>
    void SourceLost(string reason);

    /// <summary>The source is back.</summary>
    void SourceReturned(TimeSpan away);

    /// <summary>The source has ceased to answer; requests fail.</summary>
    void SourceStalled(int stuckCalls);

    /// <summary>The source answers again.</summary>
    void SourceAnswers(TimeSpan silent);

    /// <summary>The connection of a stalled source was aborted, or could not be.</summary>
    void SourceAborted(Errno error);

    /// <summary>A call took longer than its deadline and was answered EIO. Called for the first of several.</summary>
    /// <param name="operation">Which.</param>
    /// <param name="path">On what, below the root.</param>
    void CallOverdue(string operation, byte[] path);
}
