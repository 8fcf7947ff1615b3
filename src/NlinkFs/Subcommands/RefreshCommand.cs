using System.CommandLine;
using System.Text;
using NlinkFs.Control;
using NlinkFs.Linux;
using NlinkFs.Mounting;

namespace NlinkFs.Subcommands;

/// <summary>nlinkfs refresh.</summary>
internal static class RefreshCommand
{
    private static readonly Argument<string?> s_mountPoint = Mirrors.Argument(optional: false);

    private static readonly Argument<string?> s_path = new("PATH")
    {
        Description = "A file or directory, there or not: as seen in the mirror, or relative to its root. Without it, everything.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    internal static Command Create()
    {
        Option<TimeSpan> timeout = AnswerTimeout.Option();
        Command command = new("refresh", "Forget what is cached of a mirror, or of a path in it and what is below, so that the source is asked anew.")
        {
            s_mountPoint,
            s_path,
            timeout,
        };
        HelpWithExamples.AddTo(command, """
            For long --entry-timeout, --attr-timeout and --negative-timeout: who changes the source says so, and it shows at once. Names, their
            absence, attributes and listings are asked for anew, the content of a file when it is next opened. What the source's own mount
            remembers is not in reach.

            Examples:
              nlinkfs refresh /export/dfs
              nlinkfs refresh /export/dfs Movies/New
              nlinkfs refresh /export/dfs "/export/dfs/Movies/New/New (2026).mkv"

            Exit codes: 0 forgotten, 1 not a mirror or not in it, 4 the daemon does not answer, or refuses.
            """);
        command.SetAction(parsed => Run(parsed, AnswerTimeout.Of(parsed, timeout)));
        return command;
    }

    private static int Run(ParseResult parsed, TimeSpan timeout)
    {
        byte[] typed = Invocation.BytesOf(parsed.GetRequiredValue(s_mountPoint)!);
        MountEntry mirror = Mirrors.Find(typed, timeout);
        byte[] path = parsed.GetValue(s_path) is { } text ? Below(Invocation.BytesOf(text), typed, mirror) : [];
        RefreshReport report = MirrorDaemon.Tell(
            mirror, $"{RefreshReport.Question} {Convert.ToBase64String(path)}", timeout, ControlJson.Default.RefreshReport);
        string place = path.Length == 0 ? "" : $"/{Printable.Escape(path)}";
        Console.Out.WriteLine($"refreshed {Printable.Escape(mirror.MountPoint)}{place}: {report.Count} {(report.Count == 1 ? "name" : "names")} known");
        return ExitCode.Ok;
    }

    /// <summary>A path as seen from the mirror's root, by its text alone: neither mirror nor source is asked.</summary>
    private static byte[] Below(byte[] path, byte[] typedMountPoint, MountEntry mirror)
    {
        string text = Encoding.Latin1.GetString(path);
        if (text.StartsWith('/'))
        {
            byte[]? root = new[] { mirror.MountPoint, typedMountPoint }.FirstOrDefault(root => MountTable.IsAtOrBelow(path, root.AsSpan().TrimEnd((byte)'/')));
            text = root is null
                ? throw new CommandException(
                    $"{Printable.Escape(path)} is not in the mirror",
                    ExitCode.Usage,
                    $"the mirror is {Printable.Escape(mirror.MountPoint)}; a path is relative to that, or begins with it")
                : text[root.AsSpan().TrimEnd((byte)'/').Length..];
        }

        string[] names = [.. text.Split('/').Where(name => name is not ("" or "."))];
        return names.Contains("..")
            ? throw new CommandException($"{Printable.Escape(path)}: \"..\" is not followed", ExitCode.Usage, "give the path without it")
            : Encoding.Latin1.GetBytes(string.Join('/', names));
    }
}
