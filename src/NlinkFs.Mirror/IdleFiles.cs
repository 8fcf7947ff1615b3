using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Mirror;

/// <summary>
/// Files that the kernel reads itself, for a moment after their last release: to open one of them again it takes neither an open of the source
/// nor a backing id. Used under the lock of <see cref="OpenFileTable"/>.
/// </summary>
internal sealed class IdleFiles(Passthrough passthrough)
{
    /// <summary>How long a file is kept, milliseconds.</summary>
    private const long Age = 1000;

    /// <summary>How many are kept: a quarter of the descriptors this process may have.</summary>
    private static readonly int s_most = (int)Math.Clamp(Processes.RaiseOpenFilesLimit() / 4, 16, 4096);

    private readonly Dictionary<NodeId, IdleFile> _files = [];
    private readonly Queue<(NodeId Node, long Turn)> _byAge = new();
    private long _turn;

    internal bool Has(NodeId node) => _files.ContainsKey(node);

    /// <summary>Takes over a file and its backing id.</summary>
    internal void Add(NodeId node, SourceFile file, int backingId, in OpenedContent content)
    {
        Drop(node);
        _files[node] = new IdleFile(file, backingId, content, Environment.TickCount64, ++_turn);
        _byAge.Enqueue((node, _turn));
        while (_byAge.Count > s_most)
        {
            DropOldest();
        }
    }

    /// <summary>Gives a file and its backing id away.</summary>
    internal bool TryTake(NodeId node, out IdleFile idle) => _files.Remove(node, out idle);

    /// <summary>Closes what nobody has opened again in time.</summary>
    internal void Sweep()
    {
        while (_byAge.TryPeek(out (NodeId Node, long Turn) oldest)
            && !(IsHere(oldest, out IdleFile idle) && Environment.TickCount64 - idle.Since < Age))
        {
            DropOldest();
        }
    }

    /// <summary>Closes all of this generation of the source.</summary>
    internal void LetGo(int generation)
    {
        foreach ((NodeId node, IdleFile idle) in _files)
        {
            if (idle.File.Generation <= generation)
            {
                Drop(node);
            }
        }
    }

    private void DropOldest()
    {
        (NodeId Node, long Turn) oldest = _byAge.Dequeue();
        if (IsHere(oldest, out _))
        {
            Drop(oldest.Node);
        }
    }

    private bool IsHere((NodeId Node, long Turn) entry, out IdleFile idle) => _files.TryGetValue(entry.Node, out idle) && idle.Turn == entry.Turn;

    private void Drop(NodeId node)
    {
        if (_files.Remove(node, out IdleFile idle))
        {
            passthrough.Unregister(idle.BackingId);
            idle.File.EndUse();
        }
    }
}

/// <summary>An open file that nobody has open.</summary>
/// <param name="File">The source's file.</param>
/// <param name="BackingId">What the kernel knows it by.</param>
/// <param name="Content">What it held when it was opened.</param>
/// <param name="Since">Since when, <see cref="Environment.TickCount64"/>.</param>
/// <param name="Turn">Tells it from the same file kept before.</param>
internal readonly record struct IdleFile(SourceFile File, int BackingId, OpenedContent Content, long Since, long Turn);
