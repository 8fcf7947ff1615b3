using System.CommandLine;
using System.Text;
using NlinkFs.Linux;
using NlinkFs.Mounting;

namespace NlinkFs;

/// <summary>The mirrors there are, by the mount table alone: neither a mirror nor its source is touched, so neither can hang us.</summary>
internal static class Mirrors
{
    /// <summary>Each mirror once, however often it is mounted.</summary>
    internal static List<MountEntry> All() =>
        [.. MountTable.Read().Where(IsMirror).DistinctBy(mount => (mount.Major, mount.Minor))];

    /// <summary>The mirror that is mounted at a path.</summary>
    /// <param name="typed">As typed.</param>
    /// <param name="timeout">How long looking at the path may take. It may be below something that hangs.</param>
    /// <exception cref="CommandException">There is none.</exception>
    internal static MountEntry Find(byte[] typed, TimeSpan timeout)
    {
        byte[] path = Normalize(typed);
        MountEntry? top = MountTable.TopAt(path);
        if (top is null && All().Find(mirror => MountTable.IsAtOrBelow(path, mirror.MountPoint)) is { } around)
        {
            throw new CommandException(
                $"{Printable.Escape(path)} is inside a mirror", ExitCode.Usage, $"the mirror is {Printable.Escape(around.MountPoint)}");
        }

        if (top is null)
        {
            path = Resolve(typed, timeout);
            top = MountTable.TopAt(path);
        }

        return top is not null && IsMirror(top) ? top : throw NotOne(Printable.Escape(path), top);
    }

    /// <summary>Whether a mirror is still what its mount point shows; a bind mount of it counts.</summary>
    internal static bool IsOnTop(MountEntry? mirror) =>
        mirror is not null && MountTable.TopAt(mirror.MountPoint) is { } top && (top.Major, top.Minor) == (mirror.Major, mirror.Minor);

    /// <summary>The error for a path where no mirror is.</summary>
    /// <param name="shown">The path.</param>
    /// <param name="top">What is mounted there, or null.</param>
    internal static CommandException NotOne(string shown, MountEntry? top) => new(
        top is null ? $"{shown} is not a mount point" : $"{shown} is a {top.Type} mount, not a mirror",
        ExitCode.Usage,
        "nlinkfs list shows the mirrors");

    /// <summary>The argument that names a mirror; shells complete it.</summary>
    internal static Argument<string?> Argument(bool optional)
    {
        Argument<string?> argument = new("MOUNTPOINT")
        {
            Description = optional ? "Where the mirror is; without it, all of them." : "Where the mirror is.",
            // Or the library's help would show what completes it: the mirrors of the moment.
            HelpName = "MOUNTPOINT",
            Arity = optional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
        };
        argument.CompletionSources.Add(_ => All().Select(mirror => new System.CommandLine.Completions.CompletionItem(Printable.Escape(mirror.MountPoint))));
        argument.Validators.Add(result =>
        {
            // The library takes an option it does not know for the argument.
            if (result.Tokens is [{ Value: ['-', ..] option }])
            {
                result.AddError($"{option}: no such option");
            }
        });
        return argument;
    }

    private static bool IsMirror(MountEntry mount) => mount.Type == MountPlan.FileSystemType;

    /// <summary>An absolute path by its text alone. "..", which only the file system can follow, stays and matches no mount.</summary>
    private static byte[] Normalize(byte[] typed)
    {
        string text = Encoding.Latin1.GetString(typed);
        string start = text.StartsWith('/') ? "" : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Environment.CurrentDirectory));
        return Encoding.Latin1.GetBytes($"/{string.Join('/', $"{start}/{text}".Split('/').Where(name => name is not ("" or ".")))}");
    }

    /// <summary>The absolute path of a directory, which may be below something that hangs.</summary>
    internal static byte[] Resolve(byte[] typed, TimeSpan timeout)
    {
        Task<byte[]> resolving = Task.Run(() => MountPlan.Resolve(typed, "mount point", hint: null));
        try
        {
            return resolving.Wait(timeout)
                ? resolving.Result
                : throw new CommandException($"{Printable.Escape(typed)}: a file system on the way there does not answer", ExitCode.NoAnswer);
        }
        catch (AggregateException e) when (e.InnerException is CommandException inner)
        {
            throw new CommandException(inner.Message, ExitCode.Usage, inner.Hint);
        }
    }
}
