using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace NlinkFs.Check.Items;

/// <summary>Names that Windows has no way to show.</summary>
internal sealed class WindowsNames() : EntryCheck("names", "names that Windows can show")
{
    private static readonly SearchValues<char> s_reserved = SearchValues.Create("<>:\"|?*\\");
    private static readonly string[] s_devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

    protected override string Right => "all";

    protected override string Wrong => "not all";

    protected override bool Applies(SampledEntry entry, Evidence evidence) => !entry.IsRoot;

    protected override bool IsFaulty(SampledEntry entry, Evidence evidence) => Objection(entry.Name) is not null;

    protected override Finding Fault(string found, byte[] example, Evidence evidence) => Incurable(
        Severity.Warning,
        $"{found}; {Objection(example.AsSpan(example.AsSpan().LastIndexOf((byte)'/') + 1))}",
        "Windows and CIFS clients see a mangled name such as ABC~1X",
        "rename it, or have Samba map the characters: vfs objects = catia",
        example);

    /// <summary>Why Windows does not show a name, or null when it does.</summary>
    internal static string? Objection(ReadOnlySpan<byte> name)
    {
        if (!Utf8.IsValid(name))
        {
            return "it is not UTF-8";
        }

        string text = Encoding.UTF8.GetString(name);
        string stem = text.Split('.')[0].TrimEnd(' ');
        int bad = text.AsSpan().IndexOfAny(s_reserved);
        return bad >= 0 ? $"it has {text[bad]}"
            : text.Any(c => c < ' ') ? "it has a control character"
            : text.EndsWith('.') ? "it ends in a dot"
            : text.EndsWith(' ') ? "it ends in a space"
            : IsDevice(stem) ? string.Create(CultureInfo.InvariantCulture, $"{stem} is a device there")
            : null;
    }

    private static bool IsDevice(string stem) =>
        s_devices.Contains(stem, StringComparer.OrdinalIgnoreCase)
        || (stem.Length == 4 && stem[3] is >= '1' and <= '9' && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase)));
}
