using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

internal sealed partial class RequestDispatcher
{
    /// <summary>Decodes and calls. False when the body is not what the opcode requires; then nothing has been called or answered.</summary>
    private bool TryHandle(ref Call call, RequestReader body, FuseOpcode opcode)
    {
        FileSystem fs = _fileSystem;
        RequestContext context = call.Context;
        NodeId node = call.Node;
        switch (opcode)
        {
            case FuseOpcode.Init:
                return Init(ref call, body);
            case FuseOpcode.Destroy:
                fs.Destroy();
                return call.Answer(Errno.None);

            // Names and nodes.
            case FuseOpcode.Lookup:
                return body.TryReadName(out ReadOnlySpan<byte> name) && call.Answer(fs.Lookup(context, node, name, out EntryOut entry), in entry);
            case FuseOpcode.Forget:
                return Forget(node, body);
            case FuseOpcode.BatchForget:
                return BatchForget(body);
            case FuseOpcode.Interrupt:
                return Interrupt(body);
            case FuseOpcode.NotifyReply:
                return true;

            // Attributes.
            case FuseOpcode.GetAttr:
                return body.TryRead(out GetAttrIn getAttr) && call.Answer(fs.GetAttr(context, node, in getAttr, out AttrOut attr), in attr);
            case FuseOpcode.Statx:
                return body.TryRead(out StatxIn statx) && call.Answer(fs.Statx(context, node, in statx, out StatxOut statxOut), in statxOut);
            case FuseOpcode.SetAttr:
                return body.TryRead(out SetAttrIn setAttr) && call.Answer(fs.SetAttr(context, node, in setAttr, out AttrOut newAttr), in newAttr);
            case FuseOpcode.Access:
                return body.TryRead(out AccessIn access) && call.Answer(fs.Access(context, node, in access));
            case FuseOpcode.StatFs:
                return call.Answer(fs.StatFs(context, node, out StatFsOut statFs), in statFs);
            case FuseOpcode.ReadLink:
                return call.AnswerData(fs.ReadLink(context, node, call.SmallPayload[..NativeBuffer.PageSize], out int linkLength), linkLength);

            // Directories.
            case FuseOpcode.OpenDir:
                return body.TryRead(out OpenIn openDir) && call.Answer(fs.OpenDir(context, node, in openDir, out OpenOut dirOut), in dirOut);
            case FuseOpcode.ReadDir:
                return ReadDirectory(ref call, body, plus: false);
            case FuseOpcode.ReadDirPlus:
                return ReadDirectory(ref call, body, plus: true);
            case FuseOpcode.ReleaseDir:
                return Release(ref call, body, directory: true);
            case FuseOpcode.FsyncDir:
                return body.TryRead(out FsyncIn fsyncDir) && call.Answer(fs.FsyncDir(context, node, in fsyncDir));

            // Open files.
            case FuseOpcode.Open:
                return body.TryRead(out OpenIn open) && call.Answer(fs.Open(context, node, in open, out OpenOut openOut), in openOut);
            case FuseOpcode.Read:
                return Read(ref call, body);
            case FuseOpcode.Write:
                return Write(ref call, body);
            case FuseOpcode.Lseek:
                return body.TryRead(out LseekIn lseek) && call.Answer(fs.Lseek(context, node, in lseek, out LseekOut position), in position);
            case FuseOpcode.Flush:
                return body.TryRead(out FlushIn flush) && call.Answer(fs.Flush(context, node, in flush));
            case FuseOpcode.Release:
                return Release(ref call, body, directory: false);
            case FuseOpcode.Fsync:
                return body.TryRead(out FsyncIn fsync) && call.Answer(fs.Fsync(context, node, in fsync));
            case FuseOpcode.SyncFs:
                return body.TryRead(out SyncFsIn _) && call.Answer(fs.SyncFs(context, node));
            case FuseOpcode.Fallocate:
                return body.TryRead(out FallocateIn fallocate) && call.Answer(fs.Fallocate(context, node, in fallocate));
            case FuseOpcode.CopyFileRange:
            case FuseOpcode.CopyFileRange64:
                return CopyFileRange(ref call, body, wide: opcode == FuseOpcode.CopyFileRange64);

            // Changing the tree.
            case FuseOpcode.Symlink:
                return body.TryReadName(out name) && body.TryReadString(out ReadOnlySpan<byte> target)
                    && call.Answer(fs.Symlink(context, node, name, target, out entry), in entry);
            case FuseOpcode.MkNod:
                return body.TryRead(out MkNodIn mkNod) && body.TryReadName(out name)
                    && call.Answer(fs.MkNod(context, node, in mkNod, name, out entry), in entry);
            case FuseOpcode.MkDir:
                return body.TryRead(out MkDirIn mkDir) && body.TryReadName(out name)
                    && call.Answer(fs.MkDir(context, node, in mkDir, name, out entry), in entry);
            case FuseOpcode.Unlink:
                return body.TryReadName(out name) && call.Answer(fs.Unlink(context, node, name));
            case FuseOpcode.RmDir:
                return body.TryReadName(out name) && call.Answer(fs.RmDir(context, node, name));
            case FuseOpcode.Rename:
                return body.TryRead(out RenameIn rename) && body.TryReadName(out name) && body.TryReadName(out ReadOnlySpan<byte> newName)
                    && call.Answer(fs.Rename(context, node, name, rename.NewDir, newName, 0));
            case FuseOpcode.Rename2:
                return body.TryRead(out Rename2In rename2) && body.TryReadName(out name) && body.TryReadName(out newName)
                    && call.Answer(fs.Rename(context, node, name, rename2.NewDir, newName, rename2.Flags));
            case FuseOpcode.Link:
                return body.TryRead(out LinkIn link) && body.TryReadName(out name)
                    && call.Answer(fs.Link(context, link.OldNodeId, node, name, out entry), in entry);
            case FuseOpcode.Create:
                return body.TryRead(out CreateIn create) && body.TryReadName(out name)
                    && call.Answer(fs.Create(context, node, in create, name, out entry, out openOut), in entry, in openOut);
            case FuseOpcode.TmpFile:
                return body.TryRead(out CreateIn tmpFile) && call.Answer(fs.TmpFile(context, node, in tmpFile, out entry, out openOut), in entry, in openOut);

            // Extended attributes.
            case FuseOpcode.GetXattr:
                return body.TryRead(out GetXattrIn getXattr) && body.TryReadName(out name) && GetXattr(ref call, getXattr.Size, name);
            case FuseOpcode.ListXattr:
                return body.TryRead(out GetXattrIn listXattr) && GetXattr(ref call, listXattr.Size, default);
            case FuseOpcode.SetXattr:
                // FUSE_SETXATTR_EXT is not negotiated, so the short form comes.
                return body.TryReadHead(SetXattrIn.CompatSize, out SetXattrIn setXattr) && body.TryReadName(out name)
                    && body.TryReadBytes(setXattr.Size, out ReadOnlySpan<byte> value)
                    && call.Answer(fs.SetXattr(context, node, in setXattr, name, value));
            case FuseOpcode.RemoveXattr:
                return body.TryReadName(out name) && call.Answer(fs.RemoveXattr(context, node, name));

            // Locks and the rest.
            case FuseOpcode.GetLk:
                return body.TryRead(out LkIn getLk) && call.Answer(fs.GetLk(context, node, in getLk, out LkOut conflict), in conflict);
            case FuseOpcode.SetLk:
            case FuseOpcode.SetLkw:
                return body.TryRead(out LkIn setLk) && call.Answer(fs.SetLk(context, node, in setLk, wait: opcode == FuseOpcode.SetLkw));
            case FuseOpcode.Bmap:
                return body.TryRead(out BmapIn bmap) && call.Answer(fs.Bmap(context, node, in bmap, out BmapOut block), in block);
            case FuseOpcode.Ioctl:
                return Ioctl(ref call, body);
            case FuseOpcode.Poll:
                return body.TryRead(out PollIn poll) && call.Answer(fs.Poll(context, node, in poll, out PollOut ready), in ready);
            case FuseOpcode.SetupMapping:
                return body.TryRead(out SetupMappingIn setup) && call.Answer(fs.SetupMapping(context, node, in setup));
            case FuseOpcode.RemoveMapping:
                return body.TryRead(out RemoveMappingIn remove)
                    && body.TryReadBytes(remove.Count * (uint)Unsafe.SizeOf<RemoveMappingOne>(), out ReadOnlySpan<byte> mappings)
                    && call.Answer(fs.RemoveMapping(context, node, mappings));
            default:
                return call.Answer(Errno.ENOSYS);
        }
    }

    private bool Init(ref Call call, RequestReader body)
    {
        int size = Math.Min(body.Rest.Length, Unsafe.SizeOf<InitIn>());
        if (size < InitIn.ShortSize || !body.TryReadHead(size, out InitIn init))
        {
            return false;
        }

        switch (Handshake.Negotiate(in init, _options, out InitOut reply, out NegotiatedSession session))
        {
            case HandshakeResult.Agreed:
                // Before the answer: the next request may come the moment it is out.
                _fileSystem.Initialized(in session, _backing, call.Notifier);
                _ = call.Answer(Errno.None, in reply);
                _agreed(session);
                break;
            case HandshakeResult.AskAgain:
                _ = call.Answer(Errno.None, in reply);
                break;
            default:
                _log.InitRefused($"the kernel speaks FUSE protocol {init.Major}.{init.Minor}, "
                    + $"at least {Handshake.Major}.{Handshake.MinimumMinor} (Linux 5.4) is needed");
                _ = call.Answer(Errno.EPROTO);
                break;
        }

        return true;
    }

    private bool Forget(NodeId node, RequestReader body)
    {
        if (!body.TryRead(out ForgetIn forget))
        {
            return false;
        }

        _fileSystem.Forget(node, forget.LookupCount);
        return true;
    }

    private bool BatchForget(RequestReader body)
    {
        if (!body.TryRead(out BatchForgetIn batch)
            || !body.TryReadBytes(batch.Count > int.MaxValue / 16 ? uint.MaxValue : batch.Count * 16, out ReadOnlySpan<byte> all))
        {
            return false;
        }

        foreach (ref readonly ForgetOne one in MemoryMarshal.Cast<byte, ForgetOne>(all))
        {
            _fileSystem.Forget(one.NodeId, one.LookupCount);
        }

        return true;
    }

    private bool Interrupt(RequestReader body)
    {
        if (!body.TryRead(out InterruptIn interrupt))
        {
            return false;
        }

        if (!Watch.Interrupt(interrupt.Unique))
        {
            InterruptWaiting?.Invoke(interrupt.Unique);
        }

        _fileSystem.Interrupt(interrupt.Unique);
        return true;
    }

    /// <summary>The kernel ignores what RELEASE answers, so the answer goes out first and never waits for a close(2) below.</summary>
    private bool Release(ref Call call, RequestReader body, bool directory)
    {
        if (!body.TryRead(out ReleaseIn release))
        {
            return false;
        }

        _ = call.Answer(Errno.None);
        if (directory)
        {
            _fileSystem.ReleaseDir(call.Node, release.Fh);
        }
        else
        {
            _fileSystem.Release(call.Node, in release);
        }

        return true;
    }

    private bool Read(ref Call call, RequestReader body)
    {
        if (!body.TryRead(out ReadIn read))
        {
            return false;
        }

        call.ReadReply.Begin((int)Math.Min(read.Size, (uint)MaxPayload));
        return call.AnswerRead(_fileSystem.Read(call.Context, call.Node, in read, call.ReadReply));
    }

    private bool ReadDirectory(ref Call call, RequestReader body, bool plus)
    {
        if (!body.TryRead(out ReadIn read))
        {
            return false;
        }

        DirectoryWriter entries = new(call.Rent(_buffers, (int)Math.Min(read.Size, (uint)MaxPayload)), plus);
        Errno error = plus
            ? _fileSystem.ReadDirPlus(call.Context, call.Node, in read, ref entries)
            : _fileSystem.ReadDir(call.Context, call.Node, in read, ref entries);
        return call.AnswerData(error, entries.Length);
    }

    private bool Write(ref Call call, RequestReader body)
    {
        if (!body.TryRead(out WriteIn write) || !body.TryReadBytes(write.Size, out ReadOnlySpan<byte> data))
        {
            return false;
        }

        Errno error = _fileSystem.Write(call.Context, call.Node, in write, data, out uint written);
        return call.Answer(error, new WriteOut { Size = written });
    }

    /// <summary>The narrow form answers with fuse_write_out, so it can report no more than 4 GiB.</summary>
    private bool CopyFileRange(ref Call call, RequestReader body, bool wide)
    {
        if (!body.TryRead(out CopyFileRangeIn copy))
        {
            return false;
        }

        Errno error = _fileSystem.CopyFileRange(call.Context, call.Node, in copy, out ulong copied);
        return wide
            ? call.Answer(error, new CopyFileRangeOut { BytesCopied = copied })
            : call.Answer(error, new WriteOut { Size = (uint)Math.Min(copied, uint.MaxValue) });
    }

    /// <summary>GETXATTR, or LISTXATTR without a name. Size 0 asks for the length alone.</summary>
    private bool GetXattr(ref Call call, uint size, ReadOnlySpan<byte> name)
    {
        Span<byte> value = size == 0 ? default : call.Rent(_buffers, (int)Math.Min(size, (uint)MaxPayload));
        Errno error = name.IsEmpty
            ? _fileSystem.ListXattr(call.Context, call.Node, value, out int length)
            : _fileSystem.GetXattr(call.Context, call.Node, name, value, out length);
        return size == 0 ? call.Answer(error, new GetXattrOut { Size = (uint)length }) : call.AnswerData(error, length);
    }

    private bool Ioctl(ref Call call, RequestReader body)
    {
        if (!body.TryRead(out IoctlIn ioctl) || !body.TryReadBytes(ioctl.InSize, out ReadOnlySpan<byte> input))
        {
            return false;
        }

        int head = Unsafe.SizeOf<IoctlOut>();
        Span<byte> payload = call.Rent(_buffers, (int)Math.Min(ioctl.OutSize, (uint)(MaxPayload - head)) + head);
        Errno error = _fileSystem.Ioctl(call.Context, call.Node, in ioctl, input, payload[head..], out IoctlOut result, out int length);
        MemoryMarshal.Write(payload, in result);
        return call.AnswerData(error, head + length);
    }

    /// <summary>
    /// Takes back what an answer handed out that the kernel no longer wanted: it will send neither FORGET nor RELEASE for it
    /// (fuse_dev_do_write returns ENOENT for an aborted request).
    /// </summary>
    private void TakeBack(in InHeader header, ReadOnlySpan<byte> payload)
    {
        RequestReader answer = new(payload);
        switch (header.Opcode)
        {
            case FuseOpcode.Lookup or FuseOpcode.MkNod or FuseOpcode.MkDir or FuseOpcode.Symlink or FuseOpcode.Link
                or FuseOpcode.Create or FuseOpcode.TmpFile when answer.TryRead(out EntryOut entry):
                if (answer.TryRead(out OpenOut created))
                {
                    _fileSystem.Release(entry.NodeId, new ReleaseIn { Fh = created.Fh });
                }

                ForgetOnce(entry.NodeId);
                break;
            case FuseOpcode.ReadDirPlus:
                DirectoryReader entries = new(payload, plus: true);
                while (entries.MoveNext())
                {
                    ForgetOnce(entries.Entry.NodeId);
                }

                break;
            case FuseOpcode.Open when answer.TryRead(out OpenOut open):
                _fileSystem.Release(header.NodeId, new ReleaseIn { Fh = open.Fh });
                break;
            case FuseOpcode.OpenDir when answer.TryRead(out OpenOut openDir):
                _fileSystem.ReleaseDir(header.NodeId, openDir.Fh);
                break;
        }
    }

    private void ForgetOnce(NodeId node)
    {
        if (node != NodeId.None)
        {
            _fileSystem.Forget(node, 1);
        }
    }
}
