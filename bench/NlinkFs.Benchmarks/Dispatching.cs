using BenchmarkDotNet.Attributes;
using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;

namespace NlinkFs.Benchmarks;

/// <summary>
/// A whole request through the dispatcher with a file system that knows the answer at once. The answer is written to /dev/null, so
/// one cheap system call is part of each figure.
/// </summary>
public class Dispatching
{
    private readonly byte[] _lookup = Frames.Lookup("Pioneer One - S01E01.mkv");
    private readonly byte[] _getAttr = Frames.GetAttr();
    private readonly byte[] _read = Frames.Read(1 << 17);
    private RequestDispatcher _dispatcher = null!;
    private FuseChannel _channel = null!;
    private WorkerScratch _scratch = null!;
    private Fd _null;

    [GlobalSetup]
    public void Open()
    {
        Errno error = Files.OpenAt(Fd.WorkingDirectory, "/dev/null"u8, OpenFlags.ReadWrite, out _null);
        _channel = error.IsError ? throw new IOException(error.ToString()) : new FuseChannel(_null);
        _dispatcher = new RequestDispatcher(new Ready(), new SessionOptions(), new Silence(), new BackingFiles(Fd.None), _ => { });
        _scratch = _dispatcher.NewScratch(splice: false);
    }

    [GlobalCleanup]
    public void Close()
    {
        _scratch.Dispose();
        _null.Close();
    }

    [Benchmark]
    public void Lookup() => _dispatcher.Dispatch(_channel, _lookup, _scratch);

    [Benchmark]
    public void GetAttr() => _dispatcher.Dispatch(_channel, _getAttr, _scratch);

    [Benchmark]
    public void Read128KiB() => _dispatcher.Dispatch(_channel, _read, _scratch);

    private sealed class Ready : FileSystem
    {
        public override Errno Lookup(in RequestContext context, NodeId parent, ReadOnlySpan<byte> name, out EntryOut entry)
        {
            entry = new EntryOut { NodeId = new NodeId(7) };
            return Errno.None;
        }

        public override Errno GetAttr(in RequestContext context, NodeId node, in GetAttrIn args, out AttrOut attr)
        {
            attr = default;
            return Errno.None;
        }

        public override Errno Read(in RequestContext context, NodeId node, in ReadIn args, ReadReply reply)
        {
            reply.Count = reply.Buffer.Length;
            return Errno.None;
        }
    }

    private sealed class Silence : ISessionLog
    {
        public void InitRefused(string reason)
        {
        }

        public void MalformedRequest(FuseOpcode opcode, int length) => throw new InvalidDataException($"{opcode} of {length} bytes");

        public void HandlerFailed(FuseOpcode opcode, Exception exception) => throw exception;

        public void ChannelFailed(Errno error)
        {
        }

        public void WorkersExhausted(int workers)
        {
        }
    }
}
