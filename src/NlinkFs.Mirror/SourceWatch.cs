using NlinkFs.Linux;

namespace NlinkFs.Mirror;

/// <summary>
/// Watches the mount table, on a thread of its own, for the loss of the source and for its return. It never asks the source itself: that is done
/// on threads that may be lost.
/// </summary>
internal sealed class SourceWatch : IDisposable
{
    private const short Priority = 2; // POLLPRI: the table has changed

    /// <summary>Looks that do not come back, which are as many threads.</summary>
    private const int MaxLooks = 8;

    /// <summary>How long a source that came back empty, and was not before, is not believed, milliseconds.</summary>
    private const long EmptyPatience = 300_000;

    private static readonly TimeSpan s_whilePresent = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_whileLost = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_whileLostForLong = TimeSpan.FromMilliseconds(500);

    private readonly byte[] _path;
    private readonly Source _source;
    private readonly SourceKeeper _keeper;
    private readonly Lock _lock = new();
    private SourceExpectation _expected; // guarded by _lock, as all below
    private int _looks;
    private MountIdentity _lookedAt;
    private long _emptySince = long.MaxValue;
    private volatile bool _stopped;
    private readonly bool _isCovered;

    internal SourceWatch(byte[] path, SourceExpectation expected, Source source, SourceKeeper keeper) =>
        (_path, _expected, _source, _keeper, _isCovered) = (path, expected, source, keeper, expected.IsCovered);

    /// <summary>Called about once a second.</summary>
    internal required Action OnTick { get; init; }

    /// <summary>Looks for the source now, for so long; begins to watch in any case.</summary>
    /// <param name="patience">How long the look may take.</param>
    /// <param name="reason">Why it is not there, or not yet.</param>
    /// <returns>None when it is there, ETIMEDOUT when it has not answered so far, or why it is not there.</returns>
    internal Errno Begin(TimeSpan patience, out string reason)
    {
        using ManualResetEventSlim done = new();
        (Errno Error, string Reason) result = (Errno.ETIMEDOUT, "it does not answer");
        Look(SourceFinder.HolderOf(_path, _isCovered), (error, why) =>
        {
            result = (error, why);
            done.Set();
        });
        _ = done.Wait(patience);
        reason = result.Reason;
        _keeper.NoteAbsence(reason);
        return result.Error;
    }

    /// <summary>Begins to watch.</summary>
    internal void Start() => new Thread(Run, 128 * 1024) { IsBackground = true, Name = "source watch" }.Start();

    public void Dispose() => _stopped = true;

    private void Run()
    {
        bool canPoll = !Files.OpenAt(Fd.WorkingDirectory, "/proc/self/mountinfo"u8, OpenFlags.ReadOnly, out Fd table).IsError;
        long lostSince = 0;
        while (!_stopped)
        {
            bool lost = _source.Tree is null;
            lostSince = !lost ? 0 : lostSince == 0 ? Environment.TickCount64 : lostSince;
            TimeSpan pause = !lost ? s_whilePresent : Environment.TickCount64 - lostSince > 10_000 ? s_whileLostForLong : s_whileLost;
            if (canPoll)
            {
                _ = Processes.Poll(table, Priority, pause);
            }
            else
            {
                Thread.Sleep(pause);
            }

            Check();
            OnTick();
        }

        table.Close();
    }

    private void Check()
    {
        MountEntry? holder = SourceFinder.HolderOf(_path, _isCovered);
        if (_source.Tree is { } tree)
        {
            tree.Directories.Sweep();
            if (WhatChanged(tree, holder) is not { } change)
            {
                _keeper.CheckPulse(tree);
                return;
            }

            _keeper.Lose(tree, change);
        }

        Look(holder, (_, reason) => _keeper.NoteAbsence(reason));
    }

    private string? WhatChanged(SourceTree tree, MountEntry? holder)
    {
        if (tree.Mount is { } mount && (holder is null || MountIdentity.Of(holder) != mount))
        {
            return holder is not null && holder.MountPoint.AsSpan().SequenceEqual(_path) ? "another mount took its place" : "it was unmounted";
        }

        // A plain directory can be moved away and another one put there.
        if (!tree.IsMount && !SourceTree.IsFuse(tree.FileSystemType))
        {
            Errno error = Files.StatAt(Fd.WorkingDirectory, _path, out StatxBuffer stat, StatSync.CachedOnly);
            return error.IsError ? $"it is gone: {error}" : stat.Ino != tree.RootIno || stat.Dev != tree.RootDevice ? "another directory took its place" : null;
        }

        return null;
    }

    /// <summary>Looks for the source on a thread of its own, unless the table says there is none, or somebody is looking at this very mount.</summary>
    private void Look(MountEntry? holder, Action<Errno, string> ended)
    {
        MountIdentity at = holder is null ? default : MountIdentity.Of(holder);
        SourceExpectation expected;
        lock (_lock)
        {
            if ((_looks > 0 && _lookedAt == at) || _looks >= MaxLooks)
            {
                return;
            }

            (_lookedAt, expected) = (at, _expected);
            if (expected.Mount && holder is not null && !holder.MountPoint.AsSpan().SequenceEqual(_path))
            {
                ended(Errno.ENODEV, SourceFinder.NothingMounted);
                return;
            }

            _looks++;
        }

        new Thread(() => Look(expected, ended), 256 * 1024) { IsBackground = true, Name = "source look" }.Start();
    }

    private void Look(SourceExpectation expected, Action<Errno, string> ended)
    {
        Errno error = SourceFinder.Find(_path, expected, out FoundSource? found, out string reason);
        lock (_lock)
        {
            _looks--;
            bool empty = error == Errno.ENODATA;
            _emptySince = !empty ? long.MaxValue : Math.Min(_emptySince, Environment.TickCount64);
            bool believe = empty && Environment.TickCount64 - _emptySince > EmptyPatience;
            _expected = _expected with
            {
                Mount = _expected.Mount || found is { IsMount: true },
                HasEntries = (_expected.HasEntries && !believe) || found is { HasEntries: true },
            };
        }

        if (found is not null)
        {
            _keeper.Attach(found);
        }

        ended(error, reason);
    }
}
