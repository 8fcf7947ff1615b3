using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>Tells the kernel what it has not asked for.</summary>
public sealed class Notifier
{
    private readonly FuseChannel _channel;

    internal Notifier(FuseChannel channel) => _channel = channel;

    /// <summary>
    /// FUSE_NOTIFY_INC_EPOCH (7.44): every name the kernel remembers of this mount is looked up again before it is used. Takes no lock
    /// and does not block. EINVAL before Linux 6.16, where names last as long as their time to live.
    /// </summary>
    public Errno IncreaseEpoch() => _channel.Notify(NotifyCode.IncEpoch, default);
}
