using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>
/// What the kernel remembers of this file system, and so must be remembered here: a node is a path, that is a parent and a name.
/// Kept in chunks of plain structures with names outside the managed heap: a million of them are no work for the collector.
/// </summary>
/// <remarks>
/// A node id holds its slot in the low 32 bits and the number of the slot's use in the high ones, so it leads straight to the
/// node and is never given out twice. One lock guards everything; nothing blocks while it is held.
/// </remarks>
internal sealed partial class NodeTable
{
    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;
    private const int RootSlot = 1;

    private readonly InodeHash _hash;
    private readonly Lock _lock = new();
    private readonly List<Node[]> _chunks = []; // guarded by _lock, as all below
    private readonly List<int> _displaced = [];
    private int[] _buckets = new int[256];
    private int _used = RootSlot + 1;
    private int _firstFree;
    private int _count = 1;

    internal NodeTable(InodeHash hash)
    {
        _hash = hash;
        _chunks.Add(new Node[ChunkSize]);
        ref Node root = ref At(RootSlot);
        root.State = InodeHash.RootState;
        root.Lookups.Add();
    }

    /// <summary>How many nodes are remembered, the root included.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Where a node is: its parent, and its name copied to <paramref name="buffer"/> of 256 bytes or more.</summary>
    /// <returns>False for a node that is not remembered, or no longer has a path because another file took its place.</returns>
    internal bool TryGetName(NodeId id, Span<byte> buffer, out NodeId parent, out int length)
    {
        lock (_lock)
        {
            parent = default;
            length = 0;
            if (!TryFind(id, out int slot) || slot == RootSlot || At(slot).Detached)
            {
                return false;
            }

            ref Node node = ref At(slot);
            parent = IdOf(node.Parent);
            node.Name.Span.CopyTo(buffer);
            length = node.Name.Span.Length;
            return true;
        }
    }

    /// <summary>The inode number of a remembered node; 0 when it is not.</summary>
    internal ulong InoOf(NodeId id)
    {
        lock (_lock)
        {
            return TryFind(id, out int slot) ? InoAt(slot) : 0;
        }
    }

    /// <summary>The inode number of a node's parent, for ".."; the root is its own.</summary>
    internal ulong ParentInoOf(NodeId id)
    {
        lock (_lock)
        {
            return !TryFind(id, out int slot) ? 0 : InoAt(slot == RootSlot ? RootSlot : At(slot).Parent);
        }
    }

    /// <summary>The inode number a name has or would get: for listings, which remember nothing.</summary>
    internal ulong InoFor(NodeId parent, ReadOnlySpan<byte> name)
    {
        lock (_lock)
        {
            return TryFind(parent, out int parentSlot)
                ? FindChild(parentSlot, name, out ulong state, out ushort attempt) is int slot and not 0 ? InoAt(slot) : _hash.Finish(state, attempt)
                : 0;
        }
    }

    /// <summary>
    /// Counts one lookup of a name, remembering it if it is new. When the node there is of another type, or
    /// <paramref name="replaced"/>, it loses its path to a new node: the kernel must not mix the two.
    /// </summary>
    /// <returns>The node, or 0 when the parent is not remembered.</returns>
    internal NodeId Remember(NodeId parent, ReadOnlySpan<byte> name, FileType type, bool replaced, out ulong ino)
    {
        lock (_lock)
        {
            ino = 0;
            if (!TryFind(parent, out int parentSlot))
            {
                return NodeId.None;
            }

            int slot = FindChild(parentSlot, name, out ulong state, out ushort attempt);
            if (slot != 0 && (replaced || At(slot).Memory.Type != type))
            {
                Detach(slot);
                slot = FindChild(parentSlot, name, out state, out attempt);
            }

            if (slot == 0)
            {
                slot = Add(parentSlot, name, state, attempt);
                At(slot).Memory.Type = type;
            }

            At(slot).Lookups.Add();
            ino = InoAt(slot);
            return IdOf(slot);
        }
    }

    /// <summary>The node of a name, if it is remembered, without counting a lookup.</summary>
    internal NodeId Find(NodeId parent, ReadOnlySpan<byte> name)
    {
        lock (_lock)
        {
            int slot = TryFind(parent, out int parentSlot) ? FindChild(parentSlot, name, out _, out _) : 0;
            return slot == 0 ? NodeId.None : IdOf(slot);
        }
    }

    /// <summary>Takes lookups off a node; at none, and with no children remembered, it is forgotten. Unknown nodes are ignored.</summary>
    internal void Forget(NodeId id, ulong lookups)
    {
        lock (_lock)
        {
            if (TryFind(id, out int slot) && slot != RootSlot)
            {
                At(slot).Lookups.Forget(lookups);
                FreeUnused(slot);
            }
        }
    }

    /// <summary>What was last settled about a node's attributes.</summary>
    internal NodeMemory Recall(NodeId id)
    {
        lock (_lock)
        {
            return TryFind(id, out int slot) ? At(slot).Memory : default;
        }
    }

    /// <summary>Stores what was settled about a node's attributes; ignored for a node that is gone.</summary>
    internal void Memorize(NodeId id, in NodeMemory memory)
    {
        lock (_lock)
        {
            if (TryFind(id, out int slot))
            {
                At(slot).Memory = memory;
            }
        }
    }

    private static NodeId ToId(int slot, uint use) => new(((ulong)use << 32) | (uint)slot);

    private ref Node At(int slot) => ref _chunks[slot >> ChunkBits][slot & (ChunkSize - 1)];

    /// <summary>Computed each time: three multiplications against eight bytes of every node.</summary>
    private ulong InoAt(int slot) => slot == RootSlot ? InodeHash.RootIno : _hash.Finish(At(slot).State, At(slot).Attempt);

    private ref int BucketOf(ulong ino) => ref _buckets[(int)(ino & (uint)(_buckets.Length - 1))];

    private NodeId IdOf(int slot) => ToId(slot, At(slot).Use);

    private bool TryFind(NodeId id, out int slot)
    {
        slot = (int)(uint)id.Value;
        return slot >= RootSlot && slot < _used && At(slot).InUse && IdOf(slot) == id;
    }

    /// <summary>Finds a child by name; or 0, and what its inode number would come of: the hash state of its path, and the attempt.</summary>
    private int FindChild(int parent, ReadOnlySpan<byte> name, out ulong state, out ushort attempt)
    {
        state = InodeHash.Extend(At(parent).State, name);
        for (attempt = 0; ; attempt++)
        {
            int slot = FindIno(_hash.Finish(state, attempt));
            if (slot == 0)
            {
                return FindDisplaced(parent, name);
            }

            if (At(slot).Parent == parent && At(slot).Name.Span.SequenceEqual(name))
            {
                return slot;
            }
        }
    }

    private int FindIno(ulong ino)
    {
        int slot = BucketOf(ino);
        while (slot != 0 && InoAt(slot) != ino)
        {
            slot = At(slot).Next;
        }

        return slot;
    }

    /// <summary>
    /// A node whose first number was taken keeps its second even when the taker is forgotten, so it has to be looked for apart.
    /// With 64-bit hashes there never is one.
    /// </summary>
    private int FindDisplaced(int parent, ReadOnlySpan<byte> name)
    {
        foreach (int slot in _displaced)
        {
            if (At(slot).Parent == parent && At(slot).Name.Span.SequenceEqual(name))
            {
                return slot;
            }
        }

        return 0;
    }

    private int Add(int parent, ReadOnlySpan<byte> name, ulong state, ushort attempt)
    {
        if (++_count > _buckets.Length)
        {
            Grow();
        }

        int slot = _firstFree;
        if (slot != 0)
        {
            _firstFree = At(slot).Next;
        }
        else
        {
            slot = _used++;
            if (slot >> ChunkBits == _chunks.Count)
            {
                _chunks.Add(new Node[ChunkSize]);
            }
        }

        uint use = At(slot).Use;
        At(slot) = new Node
        {
            Use = use,
            Parent = parent,
            Name = NativeName.Copy(name),
            State = state,
            Attempt = attempt,
        };
        At(parent).Children++;
        Link(slot);
        if (attempt != 0)
        {
            _displaced.Add(slot);
        }

        return slot;
    }

    private void Link(int slot)
    {
        ref int bucket = ref BucketOf(InoAt(slot));
        At(slot).Next = bucket;
        bucket = slot;
    }

    private void Unlink(int slot)
    {
        ref int link = ref BucketOf(InoAt(slot));
        while (link != slot)
        {
            link = ref At(link).Next;
        }

        link = At(slot).Next;
        if (_displaced.Count > 0)
        {
            _displaced.Remove(slot);
        }
    }

    private void Grow()
    {
        _buckets = new int[_buckets.Length * 2];
        for (int slot = RootSlot + 1; slot < _used; slot++)
        {
            if (At(slot).InUse && !At(slot).Detached)
            {
                Link(slot);
            }
        }
    }

    private void Detach(int slot)
    {
        Unlink(slot);
        At(slot).Detached = true;
        FreeUnused(slot);
    }

    /// <summary>Frees the node if nothing refers to it, and then its ancestors that only waited for that.</summary>
    private void FreeUnused(int slot)
    {
        while (slot != RootSlot && !At(slot).InUse)
        {
            ref Node node = ref At(slot);
            if (!node.Detached)
            {
                Unlink(slot);
            }

            node.Name.Free();
            int parent = node.Parent;
            node = new Node { Use = node.Use + 1, Next = _firstFree };
            _firstFree = slot;
            _count--;
            At(parent).Children--;
            slot = parent;
        }
    }

    private struct Node
    {
        internal NativeName Name;
        internal ulong State;
        internal NodeMemory Memory;
        internal LookupCount Lookups;
        internal int Parent;
        internal int Next;
        internal int Children;
        internal uint Use;
        internal ushort Attempt;
        internal bool Detached;

        internal readonly bool InUse => !Lookups.IsZero || Children != 0;
    }
}

/// <summary>What is remembered of a node's attributes, to tell what changed from what only moves.</summary>
internal struct NodeMemory
{
    /// <summary>Size in bytes when last seen.</summary>
    internal ulong Size;

    /// <summary>The modification time shown, seconds.</summary>
    internal long MtimeSeconds;

    /// <summary>The change time shown, seconds.</summary>
    internal long CtimeSeconds;

    /// <summary>The modification time shown, nanoseconds.</summary>
    internal uint MtimeNanoseconds;

    /// <summary>The change time shown, nanoseconds.</summary>
    internal uint CtimeNanoseconds;

    /// <summary>The type; a node never changes its own.</summary>
    internal FileType Type;

    /// <summary>Whether size and times have been seen.</summary>
    internal bool Known;

    /// <summary>The source's times of this node move by themselves.</summary>
    internal bool TimesDrift;

    /// <summary>The source has reported a link count other than 0, so a later 0 on an open file means deleted.</summary>
    internal bool CountsLinks;

    /// <summary>The file has been opened since it last changed, so the pages the kernel holds are of this version.</summary>
    internal bool OpenedSinceChange;

    /// <summary>Since then they have changed in an answer that the kernel may not have taken.</summary>
    internal bool ChangedSinceTold;

    /// <summary>The source's generation, cut to 16 bits, when the kernel was last told of these attributes.</summary>
    internal ushort ToldIn;
}
