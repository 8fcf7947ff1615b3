using System.Text;
using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;

namespace NlinkFs.TestSource;

/// <summary>
/// What changes something is noted in the journal and said to have worked, as Decypharr's unlink does, which deletes the torrent.
/// </summary>
internal sealed partial class SourceFileSystem
{
    public override Errno Unlink(in RequestContext context, NodeId parent, ReadOnlySpan<byte> name) => Note("UNLINK", parent, name);

    public override Errno RmDir(in RequestContext context, NodeId parent, ReadOnlySpan<byte> name) => Note("RMDIR", parent, name);

    public override Errno Rename(
        in RequestContext context, NodeId parent, ReadOnlySpan<byte> name, NodeId newParent, ReadOnlySpan<byte> newName, uint flags) =>
        Note("RENAME", parent, name);

    public override Errno SetAttr(in RequestContext context, NodeId node, in SetAttrIn args, out AttrOut attr)
    {
        _ = Note("SETATTR", node, default);
        return GetAttr(context, node, default, out attr);
    }

    public override Errno MkDir(in RequestContext context, NodeId parent, in MkDirIn args, ReadOnlySpan<byte> name, out EntryOut entry)
    {
        entry = default;
        _ = Note("MKDIR", parent, name);
        return Errno.EROFS;
    }

    public override Errno Create(
        in RequestContext context, NodeId parent, in CreateIn args, ReadOnlySpan<byte> name, out EntryOut entry, out OpenOut open)
    {
        entry = default;
        open = default;
        _ = Note("CREATE", parent, name);
        return Errno.EROFS;
    }

    public override Errno Ioctl(
        in RequestContext context, NodeId node, in IoctlIn args, ReadOnlySpan<byte> input, Span<byte> output, out IoctlOut result, out int length)
    {
        result = default;
        length = 0;
        _ = Note("IOCTL", node, default);
        return Errno.ENOTTY;
    }

    private Errno Note(string operation, NodeId node, ReadOnlySpan<byte> name)
    {
        observer.Modifies(operation, $"{_nodes.Find(node)?.Path}/{Encoding.UTF8.GetString(name)}");
        return Errno.None;
    }
}
