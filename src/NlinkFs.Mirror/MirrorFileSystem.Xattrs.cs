using NlinkFs.Linux;
using NlinkFs.Protocol;
using NlinkFs.Server;

namespace NlinkFs.Mirror;

public sealed partial class MirrorFileSystem
{
    /// <summary>ENOSYS by default, on purpose: the kernel remembers it and asks for no extended attribute of this mount again.</summary>
    public override Errno GetXattr(in RequestContext context, NodeId node, ReadOnlySpan<byte> name, Span<byte> value, out int length)
    {
        length = 0;
        if (!_options.PassXattrs)
        {
            return Errno.ENOSYS;
        }

        Errno error = OpenPath(node, out Fd path);
        if (!error.IsError)
        {
            error = Files.GetXattr(path, name, value, out length);
            path.Close();
        }

        return SourceErrors.ToKernel(error);
    }

    /// <summary>ENOSYS by default, as for <see cref="GetXattr"/>.</summary>
    public override Errno ListXattr(in RequestContext context, NodeId node, Span<byte> list, out int length)
    {
        length = 0;
        if (!_options.PassXattrs)
        {
            return Errno.ENOSYS;
        }

        Errno error = OpenPath(node, out Fd path);
        if (!error.IsError)
        {
            error = Files.ListXattr(path, list, out length);
            path.Close();
        }

        return SourceErrors.ToKernel(error);
    }

    /// <summary>An O_PATH descriptor of any node, a symlink included; the caller closes it.</summary>
    private Errno OpenPath(NodeId node, out Fd path)
    {
        path = Fd.None;
        Span<byte> buffer = stackalloc byte[Source.NameMax];
        Errno error = _source.EnterFor(node, buffer, out DirectoryLease directory, out ReadOnlySpan<byte> name);
        if (!error.IsError)
        {
            error = Files.OpenAt(directory.Fd, name, OpenFlags.Path | OpenFlags.NoFollow, out path);
            directory.Dispose();
        }

        return error;
    }
}
