namespace NlinkFs.Mirror;

/// <summary>
/// Permission bits to show instead of the source's, in the language of chmod and bindfs: an octal number, or clauses such as
/// "u=rwX,go=rX" or "a-w" separated by commas or colons. X is execute for directories and for files that have it anywhere, D is
/// execute for directories only; a clause starting with f or d applies to files or directories only.
/// </summary>
public sealed class Permissions
{
    private const uint AllBits = 0xFFF;
    private readonly List<Clause> _clauses = [];
    private readonly uint? _octal;
    private readonly string _text;

    private Permissions(string text, uint? octal)
    {
        _text = text;
        _octal = octal;
    }

    private enum Target
    {
        Everything,
        Files,
        Directories,
    }

    /// <summary>Reads the text; false when it is not understood.</summary>
    public static bool TryParse(string text, out Permissions permissions)
    {
        if (text.Length is > 0 and <= 5 && text.All(c => c is >= '0' and <= '7'))
        {
            uint bits = Convert.ToUInt32(text, 8);
            permissions = new Permissions(text, bits);
            return bits <= AllBits;
        }

        permissions = new Permissions(text, null);
        foreach (string clause in text.Split(',', ':'))
        {
            if (!TryParseClause(clause, out Clause parsed))
            {
                return false;
            }

            permissions._clauses.Add(parsed);
        }

        return true;
    }

    /// <summary>The mode with its permission bits changed and its type kept.</summary>
    public ushort Apply(ushort mode, bool directory)
    {
        uint bits = mode & AllBits;
        if (_octal is { } octal)
        {
            bits = octal;
        }

        foreach (Clause clause in _clauses)
        {
            bits = clause.Apply(bits, directory);
        }

        return (ushort)((mode & ~AllBits) | bits);
    }

    /// <summary>The text it was read from.</summary>
    public override string ToString() => _text;

    private static bool TryParseClause(ReadOnlySpan<char> text, out Clause clause)
    {
        clause = default;
        Target target = Target.Everything;
        if (text.Length > 0 && text[0] is 'f' or 'd')
        {
            target = text[0] == 'f' ? Target.Files : Target.Directories;
            text = text[1..];
        }

        int at = text.IndexOfAny('+', '-', '=');
        if (at < 0)
        {
            return false;
        }

        uint who = 0;
        foreach (char c in text[..at])
        {
            switch (c)
            {
                case 'u': who |= 0x1C0; break;
                case 'g': who |= 0x38; break;
                case 'o': who |= 0x7; break;
                case 'a': who |= 0x1FF; break;
                default: return false;
            }
        }

        uint rights = 0;
        bool executeIfAny = false;
        bool executeDirectories = false;
        foreach (char c in text[(at + 1)..])
        {
            switch (c)
            {
                case 'r': rights |= 0x124; break;
                case 'w': rights |= 0x92; break;
                case 'x': rights |= 0x49; break;
                case 'X': executeIfAny = true; break;
                case 'D': executeDirectories = true; break;
                default: return false;
            }
        }

        clause = new Clause(target, who == 0 ? 0x1FF : who, text[at], rights, executeIfAny, executeDirectories);
        return true;
    }

    private readonly record struct Clause(Target Target, uint Who, char Operator, uint Rights, bool ExecuteIfAny, bool ExecuteDirectories)
    {
        private const uint ExecuteBits = 0x49;

        internal uint Apply(uint bits, bool directory)
        {
            if (Target != Target.Everything && directory != (Target == Target.Directories))
            {
                return bits;
            }

            bool execute = (ExecuteIfAny && (directory || (bits & ExecuteBits) != 0)) || (ExecuteDirectories && directory);
            uint rights = (Rights | (execute ? ExecuteBits : 0)) & Who;
            return Operator switch
            {
                '+' => bits | rights,
                '-' => bits & ~rights,
                _ => (bits & ~Who) | rights,
            };
        }
    }
}
