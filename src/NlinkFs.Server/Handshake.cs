using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>The INIT exchange (process_init_reply in fs/fuse/inode.c): protocol 7.31 to 7.45, features only where offered.</summary>
public static class Handshake
{
    /// <summary>The major version spoken.</summary>
    public const uint Major = 7;

    /// <summary>Oldest minor version served: Linux 5.4.</summary>
    public const uint MinimumMinor = 31;

    /// <summary>Newest minor version known: Linux 6.18.</summary>
    public const uint MaximumMinor = 45;

    /// <summary>The high half of the feature bits travels in a field of its own.</summary>
    private const int Flags2Shift = 32;

    /// <summary>Works out the answer to <paramref name="init"/>.</summary>
    /// <param name="init">The kernel's offer.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="reply">The answer to send when the result is <see cref="HandshakeResult.Agreed"/> or <see cref="HandshakeResult.AskAgain"/>.</param>
    /// <param name="session">What is in force when agreed.</param>
    public static HandshakeResult Negotiate(in InitIn init, SessionOptions options, out InitOut reply, out NegotiatedSession session)
    {
        reply = new InitOut { Major = Major, Minor = MaximumMinor };
        session = default;
        if (init.Major > Major)
        {
            return HandshakeResult.AskAgain;
        }

        if (init.Major < Major || init.Minor < MinimumMinor)
        {
            return HandshakeResult.Refused;
        }

        InitFlags offered = (InitFlags)init.Flags;
        if (offered.HasFlag(InitFlags.InitExt))
        {
            offered |= (InitFlags)((ulong)init.Flags2 << Flags2Shift);
        }

        InitFlags wanted = options.MaxStackDepth > 0 ? options.Features | InitFlags.Passthrough : options.Features;
        InitFlags features = wanted & offered;
        int pages = features.HasFlag(InitFlags.MaxPages) ? options.MaxPages : 32;
        session = new NegotiatedSession(
            init.Minor, Math.Min(init.Minor, MaximumMinor), features, pages, Math.Min(init.MaxReadahead, options.MaxReadahead));
        reply.Minor = session.Minor;
        reply.Flags = (uint)features;
        reply.Flags2 = (uint)((ulong)features >> Flags2Shift);
        reply.MaxReadahead = session.MaxReadahead;
        reply.MaxBackground = options.MaxBackground;
        reply.CongestionThreshold = (ushort)(options.MaxBackground * 3 / 4);
        reply.MaxWrite = (uint)options.MaxWrite;
        reply.TimeGranularity = 1;
        reply.MaxPages = (ushort)pages;
        reply.MaxStackDepth = features.HasFlag(InitFlags.Passthrough) ? options.MaxStackDepth : 0;
        return HandshakeResult.Agreed;
    }
}

/// <summary>How an INIT request is to be answered.</summary>
public enum HandshakeResult
{
    /// <summary>The session is on.</summary>
    Agreed,

    /// <summary>The kernel speaks a newer major version and will send INIT again for ours.</summary>
    AskAgain,

    /// <summary>The kernel is too old; the answer is EPROTO.</summary>
    Refused,
}
