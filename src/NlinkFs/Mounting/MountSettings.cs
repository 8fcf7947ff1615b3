using System.CommandLine;
using System.Globalization;
using NlinkFs.Linux;
using NlinkFs.Mirror;

namespace NlinkFs.Mounting;

/// <summary>The options that say how a mirror presents its source, on the command line and, by the same names, in -o.</summary>
internal sealed class MountSettings
{
    private readonly Option<long> _readAhead = OptionKinds.Size(
        "--readahead", "How far the kernel reads ahead in the mirror, as root; 0 leaves its own 128K.", "512K");

    private readonly Option<long> _sourceReadAhead = OptionKinds.Size(
        "--source-readahead", "Set how far the kernel reads ahead in the source's mount, for all its users; as root.", "0, which leaves it");

    private readonly Option<TimeSpan> _entryTimeout = OptionKinds.Duration("--entry-timeout", "How long the kernel may keep a name.", "1s");
    private readonly Option<TimeSpan> _attrTimeout = OptionKinds.Duration("--attr-timeout", "How long the kernel may keep attributes.", "1s");
    private readonly Option<TimeSpan> _negativeTimeout = OptionKinds.Duration("--negative-timeout", "How long the kernel may keep the absence of a name.", "1s");

    private readonly Option<string> _io = OptionKinds.Choice(
        "--io",
        "Who reads the files: the kernel itself (passthrough: Linux 6.9 and root; an open file dies with its source), or the daemon (proxy). "
        + "auto is proxy for a FUSE source, which may restart, and passthrough for others.",
        "auto",
        "passthrough",
        "proxy");

    private readonly Option<string> _nlink = OptionKinds.Choice(
        "--nlink", "Link counts: rewrite zeros to 1 (files) or --dir-nlink (directories), rewrite always, or not at all.", "zero", "always", "off");

    private readonly Option<string> _dirNlink = OptionKinds.Choice(
        "--dir-nlink", "What a rewritten directory reports; 1 is for programs that look for no subdirectories at 2.", "2", "1");

    private readonly Option<string> _inodes = OptionKinds.Choice(
        "--inodes", "Inode numbers: a hash of the path, which stays the same over restarts, or the source's own.", "path", "source");

    private readonly Option<string> _times = OptionKinds.Choice(
        "--times", "Times: do not believe those that move by themselves (atime is mtime), or pass them as they are.", "stable", "source");

    private readonly Option<string> _blocks = OptionKinds.Choice("--blocks", "Block counts of 0: work them out from the size, or pass them.", "zero", "off");

    private readonly Option<string> _statfs = OptionKinds.Choice("--statfs", "Zeros in statfs (df): replace them by sane values, or pass them.", "zero", "off");

    private readonly Option<string> _xattr = OptionKinds.Choice(
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
        _io, _readAhead, _sourceReadAhead, _entryTimeout, _attrTimeout, _negativeTimeout, _nlink, _dirNlink, _inodes, _times, _blocks, _statfs, _forceUser, _forceGroup, _perms, _xattr,
    ];

    /// <summary>What the command line says.</summary>
    internal MirrorOptions Read(ParseResult parsed)
    {
        MirrorOptions defaults = new();
        return defaults with
        {
            Io = parsed.GetValue(_io) switch { "passthrough" => IoMode.Passthrough, "proxy" => IoMode.Proxy, _ => IoMode.Auto },
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

    /// <summary>How far to read ahead in the mirror and in the source, bytes; 0 for no change.</summary>
    internal (long Mirror, long Source) ReadAhead(ParseResult parsed) =>
        (parsed.GetResult(_readAhead) is null ? 512 << 10 : parsed.GetValue(_readAhead), parsed.GetValue(_sourceReadAhead));

    private delegate bool Finder(string name, out uint id);

    private static TimeSpan ReadOr(ParseResult parsed, Option<TimeSpan> option, TimeSpan otherwise) =>
        parsed.GetResult(option) is null ? otherwise : parsed.GetValue(option);

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
