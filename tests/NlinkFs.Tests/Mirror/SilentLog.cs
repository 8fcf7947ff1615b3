using NlinkFs.Linux;
using NlinkFs.Mirror;

namespace NlinkFs.Tests;

/// <summary>For mirrors whose reports are of no interest.</summary>
internal sealed class SilentLog : IMirrorLog
{
    public void PassthroughRefused(Errno error, bool everyFile)
    {
    }
}
