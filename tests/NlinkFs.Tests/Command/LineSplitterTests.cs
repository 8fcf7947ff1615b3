using System.Text;
using NlinkFs.Supervision;
using Xunit;

namespace NlinkFs.Tests.Command;

/// <summary>A command's output as lines.</summary>
public sealed class LineSplitterTests
{
    private const int Longest = 10;

    private readonly List<string> _lines = [];
    private readonly LineSplitter _splitter;

    public LineSplitterTests() => _splitter = new LineSplitter(
        Longest, (line, isWhole) => _lines.Add($"{Encoding.Latin1.GetString(Encoding.Convert(Encoding.UTF8, Encoding.Latin1, line.ToArray()))}{(isWhole ? "" : "+")}"));

    [Theory]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("one\r\n\r\n\ntwo", "one|||two+")]
    [InlineData("0123456789\n", "0123456789")]
    [InlineData("0123456789abc\n", "0123456789+|abc")]
    [InlineData("0123456789012345678901234", "0123456789+|0123456789+|01234+")]
    [InlineData("12345678\u00e9\n", "12345678\u00e9")]
    [InlineData("123456789\u00e9\n", "123456789+|\u00e9")]
    public void LinesAreTheSameHoweverTheyArrive(string written, string lines)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(written);
        for (int piece = 1; piece <= bytes.Length; piece++)
        {
            _lines.Clear();
            foreach (byte[] chunk in bytes.Chunk(piece))
            {
                _splitter.Append(chunk);
            }

            _splitter.Flush();
            Assert.Equal(lines, string.Join('|', _lines));
        }
    }

    [Fact]
    public void BytesThatAreNoTextAreCutAnywhere()
    {
        _splitter.Append(Enumerable.Repeat((byte)0xFF, 25).ToArray());
        _splitter.Append("\n"u8);
        Assert.Equal(3, _lines.Count);
    }

    [Fact]
    public void ABeginningIsKnownAndGivenOutOnce()
    {
        _splitter.Append("a"u8);
        Assert.True(_splitter.HasBeginning);
        _splitter.Flush();
        _splitter.Flush();
        Assert.False(_splitter.HasBeginning);
        Assert.Equal(["a+"], _lines);
    }
}
