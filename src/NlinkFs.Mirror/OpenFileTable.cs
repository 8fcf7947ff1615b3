using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>
/// The files held open for the kernel, by handle and by node. A handle holds its slot and the number of the slot's use, so that a
/// stale one finds nothing. A handle outlives the file behind it: when the source is lost the file is let go, and opened again by path.
/// </summary>
/// <remarks>
/// One lock, never held across a call that blocks. All open files of a node are read the same way, with the same backing id: the
/// kernel refuses to mix them (fuse_inode_uncached_io_start, fuse_inode_backing_set). So the first decides, and the last one to go
/// unregisters.
/// </remarks>
internal sealed class OpenFileTable(Passthrough passthrough)
{
    private readonly IdleFiles _idle = new(passthrough); // guarded by _lock
    private readonly Lock _lock = new();
    private readonly Dictionary<NodeId, int> _ofNode = []; // guarded by _lock, as all below: the newest open file of a node
    private OpenFile[] _files = new OpenFile[16];
    private int _firstFree;
    private int _used = 1;

    /// <summary>Open files now.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return field;
            }
        }

        private set;
    }

    /// <summary>Files opened again after their source came back, so far.</summary>
    internal long Reopened
    {
        get
        {
            lock (_lock)
            {
                return field;
            }
        }

        private set;
    }

    /// <summary>Takes over an open file.</summary>
    /// <param name="node">What it is open on.</param>
    /// <param name="file">The source's file.</param>
    /// <param name="content">What it holds, as opened.</param>
    /// <param name="backingId">What the kernel is to be told; 0 when the daemon reads the file.</param>
    internal FileHandleId Add(NodeId node, SourceFile file, in OpenedContent content, out int backingId)
    {
        lock (_lock)
        {
            int newest = _ofNode.GetValueOrDefault(node);
            backingId = newest != 0 ? _files[newest].BackingId : passthrough.Register(file.Fd);
            return Add(node, file, in content, backingId, newest);
        }
    }

    /// <summary>Whether a file was open until just now, which the kernel read itself.</summary>
    internal bool HasIdle(NodeId node)
    {
        lock (_lock)
        {
            return _idle.Has(node);
        }
    }

    /// <summary>Opens a node with the file it had until just now, if that is what these attributes are of.</summary>
    internal bool TryAddIdle(NodeId node, in StatxBuffer stat, out FileHandleId handle, out int backingId)
    {
        lock (_lock)
        {
            (handle, backingId) = (default, 0);
            if (_ofNode.ContainsKey(node) || !_idle.TryTake(node, out IdleFile idle))
            {
                return false;
            }

            if (idle.Content.Identity.IsSameFile(FileIdentity.Of(in stat)) && idle.Content.IsThatOf(in stat))
            {
                backingId = idle.BackingId;
                handle = Add(node, idle.File, idle.Content, backingId, newest: 0);
                return true;
            }

            passthrough.Unregister(idle.BackingId);
            idle.File.EndUse();
            return false;
        }
    }

    /// <summary>Closes what is kept for being opened again and was not.</summary>
    internal void Sweep()
    {
        lock (_lock)
        {
            _idle.Sweep();
        }
    }

    /// <summary>
    /// Begins a use of a handle's file, which the caller ends. Null when it has to be opened again, for which <paramref name="content"/> tells
    /// what it has to be.
    /// </summary>
    /// <returns>False for a handle that is not open.</returns>
    internal bool TryUse(FileHandleId handle, out SourceFile? file, out OpenedContent content)
    {
        lock (_lock)
        {
            bool found = TryFind(handle, out int slot);
            file = found ? _files[slot].File?.Use() : null;
            content = found ? _files[slot].Content : default;
            return found;
        }
    }

    /// <summary>Whether the kernel reads the file itself.</summary>
    internal bool IsPassthrough(FileHandleId handle)
    {
        lock (_lock)
        {
            return TryFind(handle, out int slot) && _files[slot].BackingId != 0;
        }
    }

    /// <summary>A read begins: what to read ahead, if that is worth it.</summary>
    internal bool PlanAhead(FileHandleId handle, long offset, int size, out long start, out long length)
    {
        lock (_lock)
        {
            (start, length) = (0, 0);
            return TryFind(handle, out int slot) && _files[slot].BackingId == 0 && _files[slot].Ahead.Plan(offset, size, out start, out length);
        }
    }

    /// <summary>A read has ended.</summary>
    internal void NoteRead(FileHandleId handle, long offset, double milliseconds)
    {
        lock (_lock)
        {
            if (TryFind(handle, out int slot))
            {
                _files[slot].Ahead.Note(offset, milliseconds);
            }
        }
    }

    /// <summary>What the newest open file of a node is.</summary>
    internal bool TryGetNewest(NodeId node, out OpenedContent content, out int generation, out bool isPassthrough)
    {
        lock (_lock)
        {
            bool found = _ofNode.TryGetValue(node, out int slot);
            content = found ? _files[slot].Content : default;
            generation = found ? _files[slot].File?.Generation ?? 0 : 0;
            isPassthrough = found && _files[slot].BackingId != 0;
            return found;
        }
    }

    /// <summary>Begins a use of a node's newest open file; null when it has none.</summary>
    internal SourceFile? UseNewest(NodeId node)
    {
        lock (_lock)
        {
            return _ofNode.TryGetValue(node, out int slot) ? _files[slot].File?.Use() : null;
        }
    }

    /// <summary>
    /// Gives a handle its file again. When somebody else was faster his is kept and this one closed. Either is in use by the caller then.
    /// </summary>
    internal SourceFile? Reopen(FileHandleId handle, SourceFile file, FileIdentity identity)
    {
        lock (_lock)
        {
            if (!TryFind(handle, out int slot))
            {
                file.EndUse();
                return null;
            }

            ref OpenFile open = ref _files[slot];
            if (open.File is not null && open.File.Generation >= file.Generation)
            {
                file.EndUse();
            }
            else
            {
                open.File?.EndUse();
                open.File = file;
                open.Content = open.Content with { Identity = identity };
                Reopened++;
            }

            return open.File.Use();
        }
    }

    /// <summary>The file is not what was opened any more: all its reads fail from here on.</summary>
    internal void Spoil(FileHandleId handle)
    {
        lock (_lock)
        {
            if (TryFind(handle, out int slot))
            {
                _files[slot].Content = _files[slot].Content with { IsGone = true };
            }
        }
    }

    /// <summary>Keeps no file open of this generation of the source; reads under way keep theirs until they end.</summary>
    internal void LetGo(int generation)
    {
        lock (_lock)
        {
            _idle.LetGo(generation);
            for (int slot = 1; slot < _used; slot++)
            {
                ref OpenFile open = ref _files[slot];
                if (open.File?.Generation <= generation)
                {
                    open.File.EndUse();
                    open.File = null;
                }
            }
        }
    }

    /// <summary>Ends a handle. False for one that is not open.</summary>
    internal bool Remove(FileHandleId handle)
    {
        lock (_lock)
        {
            if (!TryFind(handle, out int slot))
            {
                return false;
            }

            OpenFile open = _files[slot];
            Unchain(open.Node, slot);
            Count--;
            bool isLast = !_ofNode.ContainsKey(open.Node);
            if (isLast && open is { BackingId: not 0, File: not null })
            {
                _idle.Add(open.Node, open.File, open.BackingId, in open.Content);
            }
            else
            {
                passthrough.Unregister(isLast ? open.BackingId : 0);
                open.File?.EndUse();
            }

            _files[slot] = new OpenFile { Use = open.Use + 1, Next = _firstFree };
            _firstFree = slot;
            return true;
        }
    }

    private FileHandleId Add(NodeId node, SourceFile file, in OpenedContent content, int backingId, int newest)
    {
        int slot = _firstFree;
        if (slot != 0)
        {
            _firstFree = _files[slot].Next;
        }
        else
        {
            slot = _used++;
            if (slot == _files.Length)
            {
                Array.Resize(ref _files, _files.Length * 2);
            }
        }

        uint use = _files[slot].Use;
        _files[slot] = new OpenFile { Use = use, Node = node, File = file, Content = content, BackingId = backingId, Next = newest };
        _ofNode[node] = slot;
        Count++;
        return new FileHandleId(((ulong)use << 32) | (uint)slot);
    }

    private bool TryFind(FileHandleId handle, out int slot)
    {
        slot = (int)(uint)handle.Value;
        return slot > 0 && slot < _used && _files[slot].Node != NodeId.None && _files[slot].Use == (uint)(handle.Value >> 32);
    }

    private void Unchain(NodeId node, int slot)
    {
        int next = _files[slot].Next;
        int at = _ofNode[node];
        if (at != slot)
        {
            while (_files[at].Next != slot)
            {
                at = _files[at].Next;
            }

            _files[at].Next = next;
        }
        else if (next != 0)
        {
            _ofNode[node] = next;
        }
        else
        {
            _ofNode.Remove(node);
        }
    }

    private struct OpenFile
    {
        internal NodeId Node;
        internal SourceFile? File;
        internal OpenedContent Content;
        internal ReadAhead Ahead;
        internal int BackingId;
        internal uint Use;
        internal int Next;
    }
}
