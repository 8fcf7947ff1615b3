using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>
/// One request on its way to its one answer. Lives on the worker's stack; the answer is built in place, behind the room for its
/// header, and sent with a single write.
/// </summary>
internal ref struct Call
{
    private readonly FileSystem _fileSystem;
    private readonly FuseChannel _channel;
    private readonly InHeader _header;
    private readonly WorkerScratch _scratch;
    private NativeBuffer? _rented;
    private Span<byte> _frame;
    private int _payloadLength;
    private bool _answered;
    private bool _isFinal;
    private int _attempts;

    /// <summary>Begins a call whose answer needs no more than the scratch's small room unless <see cref="Rent"/> is called.</summary>
    internal Call(FileSystem fileSystem, FuseChannel channel, in InHeader header, WorkerScratch scratch)
    {
        _fileSystem = fileSystem;
        _channel = channel;
        _header = header;
        _scratch = scratch;
        _frame = scratch.Small;
    }

    /// <summary>True when, instead of an answer, the operation is to be done again.</summary>
    internal bool IsToBeDoneAgain { get; private set; }

    /// <summary>True when a successful answer did not reach the kernel, or came after somebody else's.</summary>
    internal bool Undeliverable { get; private set; }

    /// <summary>What was answered, without the header.</summary>
    internal readonly Span<byte> Payload => _frame.Slice(FuseChannel.HeaderSize, _payloadLength);

    /// <summary>Bytes that were answered and taken, without the header.</summary>
    internal int AnsweredBytes { get; private set; }

    /// <summary>Who asks.</summary>
    internal readonly RequestContext Context => new(_header.Unique, _header.Uid, _header.Gid, _header.Pid, _scratch.Pending, _attempts > 0);

    /// <summary>The node the request is about.</summary>
    internal readonly NodeId Node => _header.NodeId;

    /// <summary>Room for a payload of up to a page.</summary>
    internal readonly Span<byte> SmallPayload => _scratch.Small[FuseChannel.HeaderSize..];

    /// <summary>Tells the kernel what it has not asked for.</summary>
    internal readonly Notifier Notifier => new(_channel);

    /// <summary>For the answer to READ.</summary>
    internal readonly ReadReply ReadReply => _scratch.Read;

    /// <summary>Room for a payload of <paramref name="size"/> bytes, page-aligned.</summary>
    internal Span<byte> Rent(BufferPool pool, int size)
    {
        _rented ??= pool.Rent();
        _frame = _rented.Span[(NativeBuffer.PageSize - FuseChannel.HeaderSize)..];
        return _frame.Slice(FuseChannel.HeaderSize, size);
    }

    internal readonly void ReturnBuffer(BufferPool pool)
    {
        _scratch.Read.End();
        if (_rented is not null)
        {
            pool.Return(_rented);
        }
    }

    /// <summary>Answers with an errno, or with success and no payload.</summary>
    internal bool Answer(Errno error) => AnswerData(error, 0);

    /// <summary>Answers with one structure.</summary>
    internal bool Answer<T>(Errno error, in T payload)
        where T : unmanaged
    {
        MemoryMarshal.Write(_frame[FuseChannel.HeaderSize..], in payload);
        return AnswerData(error, Unsafe.SizeOf<T>());
    }

    /// <summary>Answers with two structures, as CREATE does.</summary>
    internal bool Answer<T1, T2>(Errno error, in T1 first, in T2 second)
        where T1 : unmanaged
        where T2 : unmanaged
    {
        MemoryMarshal.Write(_frame[FuseChannel.HeaderSize..], in first);
        MemoryMarshal.Write(_frame[(FuseChannel.HeaderSize + Unsafe.SizeOf<T1>())..], in second);
        return AnswerData(error, Unsafe.SizeOf<T1>() + Unsafe.SizeOf<T2>());
    }

    /// <summary>Answers with the <paramref name="length"/> bytes already written to the payload's room.</summary>
    internal bool AnswerData(Errno error, int length)
    {
        if (!_answered && !MayDoAgain(ref error))
        {
            _answered = true;
            _payloadLength = error.IsError ? 0 : length;
            bool delivered = _scratch.Pending.TryAnswer() && _channel.Send(in _header, error, _frame, _payloadLength);
            Undeliverable = !delivered && !error.IsError;
            AnsweredBytes = delivered ? _payloadLength : 0;
        }

        return true;
    }

    private bool MayDoAgain(ref Errno error)
    {
        IsToBeDoneAgain = error.IsError && !_isFinal && _fileSystem.Reconsider(Context, _header.Opcode, _attempts, ref error);
        _attempts++;
        return IsToBeDoneAgain;
    }

    /// <summary>Answers with what <see cref="ReadReply"/> holds.</summary>
    internal bool AnswerRead(Errno error)
    {
        ReadReply reply = _scratch.Read;
        if (error.IsError || reply.Pipes is not { } pipes)
        {
            _frame = reply.Frame.IsEmpty ? _frame : reply.Frame;
            return AnswerData(error, reply.Count);
        }

        _answered = true;
        IsToBeDoneAgain = false;
        if (!_scratch.Pending.TryAnswer())
        {
            // What is in them would come before the next answer.
            pipes.Dispose();
        }
        else if (_channel.SendSpliced(in _header, pipes, reply.Count))
        {
            AnsweredBytes = reply.Count;
        }
        else
        {
            // Unless the request was aborted, it still waits.
            _ = _channel.Send(in _header, Errno.EIO, _frame, 0);
        }

        return true;
    }

    /// <summary>Answers <paramref name="error"/> unless an answer has been sent already or the request wants none.</summary>
    internal void Fail(Errno error)
    {
        if (RequestDispatcher.IsAnswered(_header.Opcode))
        {
            _isFinal = true;
            _ = AnswerData(error, 0);
        }
    }
}
