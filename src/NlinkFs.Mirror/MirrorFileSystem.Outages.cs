using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;

namespace NlinkFs.Mirror;

/// <summary>What happens to requests while the source is away or does not answer.</summary>
public sealed partial class MirrorFileSystem
{
    /// <summary>
    /// What failed because the source is lost is done again when it is back; past the grace it is EIO, never the error of a dead mount.
    /// </summary>
    public override bool Reconsider(in RequestContext context, FuseOpcode opcode, int attempt, ref Errno error)
    {
        // A file that is open and has not been found again: the source may still be filling up.
        bool missing = error == Errno.ENOENT && opcode is FuseOpcode.Read or FuseOpcode.Lseek;
        if (context.Pending is { IsAnswered: false } call
            && (missing ? _keeper.WaitForMore(call) : SourceErrors.MayBeLoss(error) && _keeper.ShouldRetry(error, call, attempt)))
        {
            return true;
        }

        error = missing ? Errno.EIO : SourceErrors.ToCaller(error);
        if (error == Errno.EIO)
        {
            _ = Interlocked.Increment(ref _ioErrors);
        }

        return false;
    }

    /// <summary>A directory is told as it was last seen, so that the way to a file stays open, and it is the file that fails.</summary>
    public override bool TryAnswerOverdue(FuseOpcode opcode, NodeId node, ReadOnlySpan<byte> name, Span<byte> answer, out int length)
    {
        length = 0;
        if (opcode == FuseOpcode.Lookup && TryRecall(node, name, out EntryOut entry))
        {
            length = Write(answer, in entry);
        }
        else if (opcode is FuseOpcode.GetAttr or FuseOpcode.Statx && _stale.TryRecall(node, out StatxBuffer stat))
        {
            length = opcode == FuseOpcode.GetAttr ? Write(answer, ToAttrOut(in stat)) : Write(answer, ToStatxOut(in stat));
        }
        else
        {
            _ = Interlocked.Increment(ref _ioErrors);
        }

        return length > 0;
    }

    private static int Write<T>(Span<byte> answer, in T structure)
        where T : unmanaged
    {
        MemoryMarshal.Write(answer, in structure);
        return Unsafe.SizeOf<T>();
    }

    /// <inheritdoc/>
    public override void CallOverdue(FuseOpcode opcode, NodeId node, int stuck)
    {
        _keeper.NoteStuck(stuck);
        if (stuck == 1)
        {
            _log.CallOverdue(opcode.ToString(), PathOf(node));
        }
    }

    /// <summary>To be called after something was opened and noted: the source may have been lost, and let go of, in between.</summary>
    private void KeepOnlyWhatIsThere(SourceFile file)
    {
        if (_source.Tree?.Generation != file.Generation)
        {
            LetGo(file.Generation);
        }
    }

    private void LetGo(int generation)
    {
        _files.LetGo(generation);
        _listings.LetGo(generation);
    }

    /// <summary>What the kernel remembers may be of another tree; it looks everything up again.</summary>
    private void Return()
    {
        _snapshots.Clear();
        _ = _notifier?.IncreaseEpoch();
    }

    private byte[] PathOf(NodeId node)
    {
        Span<byte> name = stackalloc byte[Source.NameMax];
        List<byte> path = [];
        while (_nodes.TryGetName(node, name, out NodeId parent, out int length))
        {
            path.InsertRange(0, path.Count == 0 ? name[..length].ToArray() : [.. name[..length], (byte)'/']);
            node = parent;
        }

        return path.Count == 0 ? "."u8.ToArray() : [.. path];
    }
}
