using System.Text;

namespace NlinkFs.Packaging;

/// <summary>Whose work the binary contains, and under which licence: what those licences ask to be handed on.</summary>
internal static class Notices
{
    internal static void Write(string file, IReadOnlyList<RestoredPackage> packages)
    {
        StringBuilder text = new("nlinkfs contains the following software.\n");
        foreach (RestoredPackage package in packages)
        {
            _ = text.Append('\n').Append(package.Name).Append(' ').Append(package.Version).Append(", ").Append(package.License).Append('\n');
            _ = package.Copyright.Length > 0 ? text.Append(package.Copyright).Append('\n') : text;
        }

        // The packs of .NET state MIT in full, and those of what they contain themselves; they are often the same ones.
        foreach (string notice in packages.SelectMany(package => Directory.GetFiles(package.Folder, "*.TXT")).Where(IsNotice).Order(StringComparer.Ordinal).Select(Read).Distinct())
        {
            Add(text, notice);
        }

        foreach (string license in packages.Select(package => package.License).Where(license => license != "MIT").Distinct().Order(StringComparer.Ordinal))
        {
            Add(text, Read(Path.Combine(AppContext.BaseDirectory, "licenses", $"{license}.txt")));
        }

        File.WriteAllText(file, text.ToString());
    }

    private static bool IsNotice(string file) => Path.GetFileName(file) is "LICENSE.TXT" or "THIRD-PARTY-NOTICES.TXT";

    private static string Read(string file) => File.ReadAllText(file).ReplaceLineEndings("\n").Trim('\n');

    private static void Add(StringBuilder text, string notice) => text.Append('\n').Append('-', 70).Append("\n\n").Append(notice).Append('\n');
}
