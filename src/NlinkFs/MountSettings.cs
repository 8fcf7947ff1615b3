using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NlinkFs.Linux;
using NlinkFs.Mirror;

namespace NlinkFs;

/// <summary>The options that say how a mirror presents its source, on the command line and, by the same names, in -o.</summary>
internal sealed class MountSettings
{
    private readonly Option<TimeSpan> _entryTimeout = Duration("--entry-timeout", "How long the kernel may keep a name.");
    private readonly Option<TimeSpan> _attrTimeout = Duration("--attr-timeout", "How long the kernel may keep attributes.");
    private readonly Option<TimeSpan> _negativeTimeout = Duration("--negative-timeout", "How long the kernel may keep the absence of a name.");

    private readonly Option<string> _nlink = Choice(
        "--nlink", "Link counts: rewrite zeros to 1 (files) or --dir-nlink (directories), rewrite always, or not at all.", "zero", "always", "off");

    private readonly Option<string> _dirNlink = Choice(
        "--dir-nlink", "What a rewritten directory reports; 1 is for programs that look for no subdirectories at 2.", "2", "1");

    private readonly Option<string> _inodes = Choice(
        "--inodes", "Inode numbers: a hash of the path, which stays the same over restarts, or the source's own.", "path", "source");

    private readonly Option<string> _times = Choice(
        "--times", "Times: do not believe those that move by themselves (atime is mtime), or pass them as they are.", "stable", "source");

    private readonly Option<string> _blocks = Choice("--blocks", "Block counts of 0: work them out from the size, or pass them.", "zero", "off");

    private readonly Option<string> _statfs = Choice("--statfs", "Zeros in statfs (df): replace them by sane values, or pass them.", "zero", "off");

    private readonly Option<string> _xattr = Choice(
        "--xattr", "Extended attributes: answer \"not supported\" once, or pass them at the price of one call a file.", "nosys", "pass");

    private readonly Option<uint?> _forceUser = Owner("--force-user", "USER", "Show everything as owned by this user (name or number).", Users.TryFindUser);
    private readonly Option<uint?> _forceGroup = Owner("--force-group", "GROUP", "Show everything as of this group (name or number).", Users.TryFindGroup);

    private readonly Option<Permissions?> _perms = new("--perms")
    {
        HelpName = "MODE",
        Description = "Show these permissions, as bindfs does: 0644, u=rwX,go=rX, a-w, fa-x, go+D.",
        CustomParser = result =>
        {
            if (!Permissions.TryParse(result.Tokens[0].Value, out Permissions permissions))
            {
                result.AddError($"--perms {result.Tokens[0].Value}: an octal mode or clauses such as u=rwX,go=rX are needed");
            }

            return permissions;
        },
    };

    /// <summary>All of them, in the order of the help.</summary>
    internal IEnumerable<Option> Options =>
    [
        _entryTimeout, _attrTimeout, _negativeTimeout, _nlink, _dirNlink, _inodes, _times, _blocks, _statfs, _forceUser, _forceGroup, _perms, _xattr,
    ];

    /// <summary>What the command line says.</summary>
    internal MirrorOptions Read(ParseResult parsed)
    {
        MirrorOptions defaults = new();
        return defaults with
        {
            EntryTimeout = ReadOr(parsed, _entryTimeout, defaults.EntryTimeout),
            AttrTimeout = ReadOr(parsed, _attrTimeout, defaults.AttrTimeout),
            NegativeTimeout = ReadOr(parsed, _negativeTimeout, defaults.NegativeTimeout),
            Nlink = parsed.GetValue(_nlink) switch { "always" => NlinkMode.Always, "off" => NlinkMode.Off, _ => NlinkMode.Zero },
            DirectoryNlink = parsed.GetValue(_dirNlink) == "1" ? 1u : 2u,
            Inodes = parsed.GetValue(_inodes) == "source" ? InodeMode.Source : InodeMode.Path,
            Times = parsed.GetValue(_times) == "source" ? TimesMode.Source : TimesMode.Stable,
            ComputeBlocks = parsed.GetValue(_blocks) != "off",
            FixStatFs = parsed.GetValue(_statfs) != "off",
            PassXattrs = parsed.GetValue(_xattr) == "pass",
            ForceUser = parsed.GetValue(_forceUser),
            ForceGroup = parsed.GetValue(_forceGroup),
            Permissions = parsed.GetValue(_perms),
        };
    }

    private delegate bool Finder(string name, out uint id);

    private static TimeSpan ReadOr(ParseResult parsed, Option<TimeSpan> option, TimeSpan otherwise) =>
        parsed.GetResult(option) is null ? otherwise : parsed.GetValue(option);

    private static Option<TimeSpan> Duration(string name, string description) => new(name)
    {
        HelpName = "TIME",
        Description = $"{description} 30s, 500ms, 0; default 1s.",
        CustomParser = result =>
        {
            if (!Values.TryParseDuration(result.Tokens[0].Value, out TimeSpan duration))
            {
                result.AddError($"{name} {result.Tokens[0].Value}: a duration such as 30s, 500ms or 0 is needed");
            }

            return duration;
        },
    };

    private static Option<string> Choice(string name, string description, params string[] values)
    {
        Option<string> option = new(name) { HelpName = string.Join('|', values), Description = $"{description} Default {values[0]}." };
        option.CompletionSources.Add(values);
        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens.Where(token => !values.Contains(token.Value)))
            {
                result.AddError($"{name} {token.Value}: it is one of {string.Join(", ", values)}");
            }
        });
        return option;
    }

    private static Option<uint?> Owner(string name, string help, string description, Finder find) => new(name)
    {
        HelpName = help,
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) || find(text, out id))
            {
                return id;
            }

            result.AddError($"{name} {text}: no such {help.ToLowerInvariant()}");
            return null;
        },
    };
}
