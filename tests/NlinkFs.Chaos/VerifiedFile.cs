using NlinkFs.Linux;
using NlinkFs.Testing;

namespace NlinkFs.Chaos;

/// <summary>
/// An open file each byte of which is checked. It shows one edition from its first byte to its last: of those that were served while it
/// was opened, the ones that what has been read so far agrees with remain.
/// </summary>
internal sealed class VerifiedFile : IDisposable
{
    private readonly Scene _scene;
    private readonly LibraryFile _file;
    private readonly Fd _fd;
    private readonly TimeSpan _opening;
    private readonly byte[] _buffer = new byte[1 << 18];
    private List<Edition> _editions;

    private VerifiedFile(Scene scene, LibraryFile file, Fd fd, TimeSpan opening)
    {
        _scene = scene;
        _file = file;
        _fd = fd;
        _opening = opening;
        _editions = [.. scene.Timeline.Served(opening, scene.Timeline.Now)];
    }

    /// <summary>The largest read there is.</summary>
    internal int Largest => _buffer.Length;

    /// <summary>Up to where it can be read whatever it turns out to be.</summary>
    internal long Size => _editions.Min(_file.SizeIn);

    /// <summary>Opens a file; null when that failed, which is never right.</summary>
    internal static VerifiedFile? Open(Scene scene, LibraryFile file)
    {
        TimeSpan start = scene.Timeline.Now;
        Errno error = Files.OpenAt(Fd.WorkingDirectory, scene.PathOf(file.Path), OpenFlags.ReadOnly, out Fd fd);
        scene.Tally.AddCall(start, $"open {file.Path}");
        if (error.IsError)
        {
            scene.Tally.Add(error == Errno.ENOENT ? Finding.WrongListing : Finding.FailedOpen, $"open {file.Path}: {error.Symbol}");
            return null;
        }

        scene.Tally.AddOpen();
        return new VerifiedFile(scene, file, fd, start);
    }

    /// <summary>Reads and checks. False when this file is of no more use: replaced, or not what it should be.</summary>
    internal bool Read(long offset, int size)
    {
        Span<byte> bytes = _buffer.AsSpan(0, size);
        TimeSpan start = _scene.Timeline.Now;
        Errno error = Files.ReadAt(_fd, bytes, offset, out int count);
        string call = $"read {size} at {offset} of {_file.Path}";
        _scene.Tally.AddCall(start, call);
        _scene.Tally.AddBytes(count);
        if (!Agrees(bytes[..count], offset, size, mayBeShort: error.IsError))
        {
            return false;
        }

        if (!error.IsError)
        {
            return true;
        }

        // A replaced file's error is EIO, and nothing else.
        if (error == Errno.EIO && _scene.Timeline.ReplacedSince(_opening))
        {
            _scene.Tally.AddRefusal();
        }
        else
        {
            _scene.Tally.Add(Finding.FailedRead, $"{call}: {error.Symbol}");
        }

        return false;
    }

    /// <summary>Lets the kernel forget what it has of the file, so that the mirror is asked again.</summary>
    internal void DropPages() => Look.DropPages(_fd);

    /// <inheritdoc/>
    public void Dispose()
    {
        _fd.Close();
        _scene.Tally.AddSurvival(_scene.Timeline.LossesSince(_opening));
    }

    private bool Agrees(ReadOnlySpan<byte> bytes, long offset, int size, bool mayBeShort)
    {
        List<Edition> agreeing = [];
        foreach (Edition edition in _editions)
        {
            if (IsOf(edition, bytes, offset, size, mayBeShort))
            {
                agreeing.Add(edition);
            }
        }

        if (agreeing.Count == 0)
        {
            _scene.Tally.Add(Finding.WrongBytes, $"{Describe(bytes, offset, size)}, opened as {string.Join(" or ", _editions)}");
            return false;
        }

        _editions = agreeing;
        return true;
    }

    private bool IsOf(Edition edition, ReadOnlySpan<byte> bytes, long offset, int size, bool mayBeShort)
    {
        long expected = Math.Clamp(_file.SizeIn(edition) - offset, 0, size);
        return (bytes.Length == expected || (mayBeShort && bytes.Length < expected))
            && Content.FirstDifference(_file.KeyIn(edition), offset, bytes) < 0;
    }

    private string Describe(ReadOnlySpan<byte> bytes, long offset, int size)
    {
        string range = $"{_file.Path}: {bytes.Length} of {size} bytes at {offset}";
        foreach (Edition edition in Enum.GetValues<Edition>())
        {
            if (Content.FirstDifference(_file.KeyIn(edition), offset, bytes) < 0)
            {
                return $"{range} are those of {edition}, which has {_file.SizeIn(edition)}";
            }
        }

        long difference = Content.FirstDifference(_file.KeyIn(_editions[0]), offset, bytes);
        return $"{range} are of no edition from {difference} on, {(bytes[(int)(difference - offset)..].ContainsAnyExcept((byte)0) ? "nor zeros" : "all zeros")}";
    }
}
