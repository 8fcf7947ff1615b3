using System.Text;

namespace NlinkFs.Packaging;

/// <summary>Writes a page in the man(7) macros.</summary>
internal sealed class Roff
{
    private const int Width = 78;

    private readonly StringBuilder _page = new();
    private bool _begins;

    internal Roff(string name, string section, string product, DateTimeOffset date) =>
        Line($".TH {name.ToUpperInvariant()} {section} {date:yyyy-MM-dd} \"{product}\" \"System Administration\"");

    internal void Section(string title)
    {
        Line($".SH {title.ToUpperInvariant()}");
        _begins = true;
    }

    internal void Paragraph(string text)
    {
        Separate();
        Text(text);
    }

    /// <summary>A term and what it means.</summary>
    internal void Item(string term, string text)
    {
        Line(".TP");
        Line(term);
        Text(text);
    }

    /// <summary>Lines as they are.</summary>
    internal void Literal(IEnumerable<string> lines)
    {
        Separate();
        Line(".nf");
        foreach (string line in lines)
        {
            Line(Escape(line));
        }

        Line(".fi");
    }

    /// <summary>Words that may go to the next line anywhere.</summary>
    internal void Text(string text)
    {
        StringBuilder line = new();
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + word.Length >= Width)
            {
                Line(Escape(line.ToString()));
                _ = line.Clear();
            }

            _ = line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        Line(Escape(line.ToString()));
    }

    internal void Line(string line)
    {
        _ = _page.Append(line).Append('\n');
        _begins = false;
    }

    internal static string Bold(string text) => $"\\fB{Escape(text)}\\fR";

    internal static string Italic(string text) => $"\\fI{Escape(text)}\\fR";

    /// <summary>So that a hyphen is one, a backslash too, and no line begins with a dot.</summary>
    internal static string Escape(string text)
    {
        string escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? $"\\&{escaped}" : escaped;
    }

    private void Separate()
    {
        if (!_begins)
        {
            Line(".PP");
        }
    }

    public override string ToString() => _page.ToString();
}
