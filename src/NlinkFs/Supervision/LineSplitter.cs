namespace NlinkFs.Supervision;

/// <summary>Takes one line.</summary>
/// <param name="line">Without its end.</param>
/// <param name="isWhole">False when more of the line follows, or may.</param>
internal delegate void LineHandler(ReadOnlySpan<byte> line, bool isWhole);

/// <summary>Makes lines of bytes as they come. One that is too long comes in pieces, cut between characters where it is UTF-8.</summary>
internal sealed class LineSplitter(int longest, LineHandler take)
{
    private readonly byte[] _line = new byte[longest];
    private int _length;

    /// <summary>Whether the beginning of a line waits for the rest of it.</summary>
    internal bool HasBeginning => _length > 0;

    /// <summary>Takes what has come.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> part = end < 0 ? bytes : bytes[..end];
            bool fits = part.Length <= longest - _length;
            part = part[..Math.Min(part.Length, longest - _length)];
            part.CopyTo(_line.AsSpan(_length));
            _length += part.Length;
            bytes = bytes[part.Length..];
            if (!fits)
            {
                TakePiece();
            }
            else if (end >= 0)
            {
                bytes = bytes[1..];
                ReadOnlySpan<byte> line = _line.AsSpan(0, _length);
                _length = 0;
                take(line is [.., (byte)'\r'] ? line[..^1] : line, isWhole: true);
            }
        }
    }

    /// <summary>Gives out a line's beginning, whose rest does not come.</summary>
    internal void Flush()
    {
        if (_length > 0)
        {
            int length = _length;
            _length = 0;
            take(_line.AsSpan(0, length), isWhole: false);
        }
    }

    private void TakePiece()
    {
        int cut = BetweenCharacters(_line.AsSpan(0, _length));
        take(_line.AsSpan(0, cut), isWhole: false);
        _line.AsSpan(cut, _length - cut).CopyTo(_line);
        _length -= cut;
    }

    /// <summary>The last place at which no character of UTF-8 is cut in two; the end if there is none near it.</summary>
    private static int BetweenCharacters(ReadOnlySpan<byte> text)
    {
        const int LongestCharacter = 4;
        for (int at = text.Length - 1; at > 0 && at > text.Length - LongestCharacter; at--)
        {
            if ((text[at] & 0xC0) == 0xC0)
            {
                return at;
            }

            if ((text[at] & 0x80) == 0)
            {
                break;
            }
        }

        return text.Length;
    }
}
