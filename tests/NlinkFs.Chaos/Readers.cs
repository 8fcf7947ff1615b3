namespace NlinkFs.Chaos;

/// <summary>Keeps one file open for as long as it can be read, reading on and on in it.</summary>
internal sealed class HoldingReader(Scene scene, int number, LibraryFile file) : Client(scene, number)
{
    private VerifiedFile? _open;
    private long _offset;

    protected override void Use()
    {
        _open ??= VerifiedFile.Open(Scene, file);
        if (_open is null)
        {
            return;
        }

        if (_offset >= _open.Size)
        {
            _offset = 0;
            _open.DropPages();
        }

        // Mostly in sequence, as players do, with a jump now and then.
        _offset = Random.Next(50) == 0 ? Random.NextInt64(_open.Size) : _offset;
        int size = (int)Math.Min(Random.Next(1, _open.Largest), _open.Size - _offset);
        if (_open.Read(_offset, size))
        {
            _offset += size;
        }
        else
        {
            Leave();
        }
    }

    protected override void Leave()
    {
        _open?.Dispose();
        _open = null;
    }
}

/// <summary>Opens one file after the other, reads it to its end, and closes it.</summary>
internal sealed class StreamingReader(Scene scene, int number) : Client(scene, number)
{
    private const long Most = 8 << 20;

    protected override void Use()
    {
        LibraryFile file = Scene.Library.Files[Random.Next(Scene.Library.Files.Count)];
        using VerifiedFile? open = VerifiedFile.Open(Scene, file);
        if (open is null)
        {
            return;
        }

        if (Random.Next(2) == 0)
        {
            open.DropPages();
        }

        int chunk = Random.Next(4096, open.Largest);
        long offset = Math.Max(0, file.Size - Most);
        bool more = true;
        while (more && !Stopping)
        {
            // The last read goes beyond the end: that the file ends there is a part of what it says.
            more = open.Read(offset, chunk) && offset < open.Size;
            offset += chunk;
            Pause();
        }
    }
}
