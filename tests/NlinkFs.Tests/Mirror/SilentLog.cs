using NlinkFs.Linux;
using NlinkFs.Mirror;

namespace NlinkFs.Tests;

/// <summary>For mirrors whose reports are of no interest.</summary>
internal sealed class SilentLog : IMirrorLog
{
    public void PassthroughRefused(Errno error, bool everyFile)
    {
    }

    public void SourceLost(string reason)
    {
    }

    public void SourceReturned(TimeSpan away)
    {
    }

    public void SourceStalled(int stuckCalls)
    {
    }

    public void SourceAnswers(TimeSpan silent)
    {
    }

    public void SourceAborted(Errno error)
    {
    }

    public void CallOverdue(string operation, byte[] path)
    {
    }
}
