using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;

namespace NlinkFs.Mirror;

/// <summary>Registers files for the kernel to read, until it turns out that it will not.</summary>
internal sealed class Passthrough(IMirrorLog log)
{
    private BackingFiles? _backing;
    private volatile bool _on;
    private long _told; // a bit for each errno below 64 that has been told

    /// <summary>Whether it is worth trying.</summary>
    internal bool IsOn => _on;

    internal void Begin(in NegotiatedSession session, BackingFiles backing)
    {
        _backing = backing;
        _on = session.Features.HasFlag(InitFlags.Passthrough);
    }

    /// <summary>A backing id for a file; 0 when the daemon has to read it. Does not block.</summary>
    internal int Register(Fd file)
    {
        if (!_on)
        {
            return 0;
        }

        Errno error = _backing!.Register(file, out int backingId);
        if (error.IsError)
        {
            // Stacked too deep is one file's affair: there may be another file system mounted within the source.
            bool everyFile = error != Errno.ELOOP && error != Errno.EINVAL;
            _on &= !everyFile;

            long bit = 1L << (error.Value & 63);
            if ((Interlocked.Or(ref _told, bit) & bit) == 0)
            {
                log.PassthroughRefused(error, everyFile);
            }
        }

        return backingId;
    }

    /// <summary>Takes back what <see cref="Register"/> gave; 0 is nothing.</summary>
    internal void Unregister(int backingId)
    {
        if (backingId != 0)
        {
            _backing!.Unregister(backingId);
        }
    }
}
