using NlinkFs.Linux;

namespace NlinkFs.Mounting;

/// <summary>
/// The part of -o that is about the mount itself: what mount(8), fstab and FUSE users type. What is neither this nor one of our
/// long options is an error that names the nearest option there is.
/// </summary>
internal sealed class KernelOptions
{
    private static readonly string[] s_ignored =
    [
        "defaults", "auto", "noauto", "user", "nouser", "users", "owner", "group", "nofail", "_netdev", "nodev", "nosuid", "exec", "async",
    ];

    private static readonly Dictionary<string, MountFlags> s_flags = new()
    {
        ["noexec"] = MountFlags.NoExec,
        ["sync"] = MountFlags.Synchronous,
        ["dirsync"] = MountFlags.DirSync,
        ["noatime"] = MountFlags.NoAtime,
        ["nodiratime"] = MountFlags.NoDirAtime,
        ["relatime"] = MountFlags.RelAtime,
        ["strictatime"] = MountFlags.StrictAtime,
        ["atime"] = MountFlags.None,
        ["diratime"] = MountFlags.None,
        ["ro"] = MountFlags.ReadOnly,
    };

    private KernelOptions()
    {
    }

    /// <summary>Flags of mount(2), read-only always among them.</summary>
    internal MountFlags Flags { get; private set; } = MountFlags.ReadOnly;

    internal bool AllowOther { get; private set; }

    internal bool DefaultPermissions { get; private set; }

    /// <summary>What the mount table is to show as the source, or null.</summary>
    internal string? FsName { get; private set; }

    /// <summary>Most bytes in one READ, or 0.</summary>
    internal uint MaxRead { get; private set; }

    /// <summary>Splits the values of -o into the mount's own and, as command line arguments, those that are our long options.</summary>
    /// <param name="values">Each a comma separated list.</param>
    /// <param name="ownOptions">Names of our long options, without dashes.</param>
    /// <param name="fromMount8">mount(8) adds rw, dev and suid by itself; typed by a person they are refused.</param>
    /// <param name="ownArguments">The arguments that stand for options of ours.</param>
    internal static KernelOptions Parse(
        IEnumerable<string> values, IReadOnlyCollection<string> ownOptions, bool fromMount8, out List<string> ownArguments)
    {
        KernelOptions options = new();
        ownArguments = [];
        foreach (string item in values.SelectMany(Split).Where(item => item.Length > 0))
        {
            int equals = item.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? item : item[..equals];
            string? value = equals < 0 ? null : item[(equals + 1)..];
            if (options.TryTake(name, value, fromMount8))
            {
                continue;
            }

            if (!ownOptions.Contains(name))
            {
                throw Unknown(name, ownOptions);
            }

            ownArguments.Add(value is null ? $"--{name}" : $"--{name}={value}");
        }

        return options;
    }

    private bool TryTake(string name, string? value, bool fromMount8)
    {
        if (name.StartsWith("x-", StringComparison.OrdinalIgnoreCase) || name == "comment" || s_ignored.Contains(name))
        {
            return true;
        }

        if (s_flags.TryGetValue(name, out MountFlags flag))
        {
            Flags |= flag;
            return true;
        }

        switch (name)
        {
            case "rw" or "dev" or "suid" when fromMount8:
                return true;
            case "rw":
                throw new CommandException(
                    "-o rw: read-write is not there yet; a mirror is read-only, and nothing that changes something reaches the source",
                    ExitCode.Usage,
                    "leave it out, or say ro");
            case "dev" or "suid":
                throw new CommandException($"-o {name}: a mirror is always mounted nosuid,nodev", ExitCode.Usage, "leave it out");
            case "allow_other":
                AllowOther = true;
                return true;
            case "default_permissions":
                DefaultPermissions = true;
                return true;
            case "fsname":
                FsName = value is { Length: > 0 } ? value : throw new CommandException("-o fsname= needs a name", ExitCode.Usage);
                return true;
            case "subtype" when value == "nlinkfs":
                return true;
            case "subtype":
                throw new CommandException("-o subtype: the type is always fuse.nlinkfs, so that our mounts can be found", ExitCode.Usage);
            case "max_read":
                MaxRead = value is not null && Values.TryParseSize(value, out long size) && size is >= 4096 and <= 1 << 20
                    ? (uint)size
                    : throw new CommandException($"-o max_read={value}: a size from 4K to 1M is needed", ExitCode.Usage);
                return true;
            default:
                return false;
        }
    }

    private static CommandException Unknown(string name, IEnumerable<string> ownOptions)
    {
        string[] known = ["ro", "allow_other", "default_permissions", "fsname", "max_read", .. s_flags.Keys, .. s_ignored, .. ownOptions];
        string? nearest = Values.Nearest(name, known);
        return new CommandException(
            $"-o {name}: no such option",
            ExitCode.Usage,
            nearest is null ? "see nlinkfs mount --help" : $"did you mean {nearest}?");
    }

    /// <summary>Commas separate; a backslash keeps one, as in libfuse's fsname.</summary>
    private static IEnumerable<string> Split(string list)
    {
        System.Text.StringBuilder item = new();
        for (int i = 0; i < list.Length; i++)
        {
            if (list[i] == ',')
            {
                yield return item.ToString();
                item.Clear();
            }
            else
            {
                i += list[i] == '\\' && i + 1 < list.Length ? 1 : 0;
                item.Append(list[i]);
            }
        }

        yield return item.ToString();
    }
}
