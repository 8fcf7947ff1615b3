using System.Text;

namespace NlinkFs.Packaging;

/// <summary>Writes a page in the man(7) macros.</summary>
internal sealed class Roff
{
    private readonly StringBuilder _page = new();

    internal Roff(string name, string section, string product, DateTimeOffset date) =>
        Line($".TH {name.ToUpperInvariant()} {section} {date:yyyy-MM-dd} \"{product}\" \"System Administration\"");

    internal void Section(string title) => Line($".SH {title.ToUpperInvariant()}");

    internal void Paragraph(string text)
    {
        Line(".PP");
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
        Line(".PP");
        Line(".nf");
        foreach (string line in lines)
        {
            Text(line);
        }

        Line(".fi");
    }

    internal void Text(string text) => Line(Escape(text));

    internal void Line(string line) => _page.Append(line).Append('\n');

    internal static string Bold(string text) => $"\\fB{Escape(text)}\\fR";

    internal static string Italic(string text) => $"\\fI{Escape(text)}\\fR";

    /// <summary>So that a hyphen is one, a backslash too, and no line begins with a dot.</summary>
    internal static string Escape(string text)
    {
        string escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? $"\\&{escaped}" : escaped;
    }

    public override string ToString() => _page.ToString();
}
