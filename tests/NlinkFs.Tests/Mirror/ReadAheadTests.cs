using NlinkFs.Mirror;
using Xunit;

namespace NlinkFs.Tests.Mirror;

/// <summary>Hints for a slow source: for whoever reads on and on, and for nobody else.</summary>
public sealed class ReadAheadTests
{
    private const int Piece = 128 << 10;
    private const double Slow = 20;
    private const double Fast = 0.1;

    [Fact]
    public void AFastSourceGetsNoHints() => Assert.Equal(0, Read(new ReadAhead(), pieces: 200, Fast));

    [Fact]
    public void ASlowSourceIsAskedForEveryByteOnceAndAheadOfTheReader()
    {
        ReadAhead ahead = default;
        long hintedTo = 0;
        for (int i = 0; i < 200; i++)
        {
            long offset = (long)i * Piece;
            if (ahead.Plan(offset, Piece, out long start, out long length))
            {
                Assert.True(start >= hintedTo, "a range was hinted at twice");
                hintedTo = start + length;
            }

            ahead.Note(offset, i < 8 ? Slow : Fast);
        }

        Assert.InRange(hintedTo, 200L * Piece, (200L * Piece) + (4 << 20));
    }

    [Fact]
    public void ReadingHereAndThereGetsNone()
    {
        ReadAhead ahead = default;
        Random random = new(1);
        for (int i = 0; i < 200; i++)
        {
            long offset = random.NextInt64(1L << 40);
            Assert.False(ahead.Plan(offset, Piece, out _, out _));
            ahead.Note(offset, Slow);
        }
    }

    [Fact]
    public void HintsThatDoNotHelpEnd() => Assert.InRange(Read(new ReadAhead(), pieces: 1000, Slow), 1, 60);

    private static int Read(ReadAhead ahead, int pieces, double milliseconds)
    {
        int hints = 0;
        for (int i = 0; i < pieces; i++)
        {
            hints += ahead.Plan((long)i * Piece, Piece, out _, out _) ? 1 : 0;
            ahead.Note((long)i * Piece, milliseconds);
        }

        return hints;
    }
}
