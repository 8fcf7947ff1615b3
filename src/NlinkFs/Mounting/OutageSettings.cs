using System.CommandLine;
using NlinkFs.Mirror;
using NlinkFs.Server;

namespace NlinkFs.Mounting;

/// <summary>The options that say what happens while the source is late, away or does not answer.</summary>
/// <param name="waitsByDefault">Whether the source is waited for, and has to be a mount, unless the command line says otherwise.</param>
internal sealed class OutageSettings(bool waitsByDefault)
{
    private const string WaitName = "--wait-source";
    private const string ForEver = "forever";

    private readonly Option<TimeSpan?> _wait = new UsualOption<TimeSpan?>(WaitName, waitsByDefault ? ForEver : "0")
    {
        HelpName = "[=]TIME",
        Description = "Wait for the source to be there before mounting: --wait-source for ever, --wait-source=2m for so long. An empty directory does not count unless it is a mount."
            + (waitsByDefault ? " Default for ever; 0 not at all." : ""),
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (text == ForEver)
            {
                return Timeout.InfiniteTimeSpan;
            }

            if (!Values.TryParseDuration(text, out TimeSpan duration))
            {
                result.AddError($"{WaitName}={text}: a duration such as 30s or 2m is needed, or nothing for ever");
            }

            return duration;
        },
    };

    private readonly Option<bool> _mount = new UsualOption<bool>("--source-mount", waitsByDefault ? "true" : "false")
    {
        Description = "SOURCE has to be a mount; the directory beneath its mount point does not count. Implied once it was seen to be one."
            + (waitsByDefault ? " Default here; --source-mount=false for a plain directory." : ""),
    };

    private readonly Option<string?> _type = new("--source-type")
    {
        HelpName = "TYPE",
        Description = "SOURCE has to be of this file system type, as in the mount table: fuse.rclone.",
    };

    private readonly Option<string?> _marker = new("--source-marker")
    {
        HelpName = "NAME",
        Description = "SOURCE has to have this file or directory in its root, or it is not there yet.",
    };

    private readonly Option<TimeSpan> _grace = OptionKinds.Duration(
        "--grace", "How long requests wait for a lost source before they fail with EIO.", "30s");

    private readonly Option<bool> _stale = new("--stale-listing")
    {
        Description = "While the source is away, answer listings and attributes with what was last seen instead of waiting; about 300 bytes a remembered file.",
    };

    private readonly Option<Deadlines?> _deadline = new UsualOption<Deadlines?>("--deadline", "120s:20s")
    {
        HelpName = "TIME[:TIME]",
        Description = "How long a read, and after the colon any other call, may take in the source before it fails with EIO. 60s:10s, 30s, 0 for ever; default 120s:20s.",
        CustomParser = result =>
        {
            string[] parts = result.Tokens[0].Value.Split(':');
            if (parts.Length <= 2 && Values.TryParseDuration(parts[0], out TimeSpan read) && Values.TryParseDuration(parts[^1], out TimeSpan other))
            {
                return new Deadlines(read, other);
            }

            result.AddError($"--deadline {result.Tokens[0].Value}: one or two durations are needed, such as 60s or 120s:20s");
            return null;
        },
    };

    private readonly Option<TimeSpan> _abort = OptionKinds.Duration(
        "--abort-stalled", "Abort the FUSE connection of a source that has not answered for so long, so that its supervisor can restart it; as root.", "0, never");

    /// <summary>All of them, in the order of the help.</summary>
    internal IEnumerable<Option> Options => [_wait, _mount, _type, _marker, _grace, _stale, _deadline, _abort];

    /// <summary>--wait-source takes its value only behind "=", or it would swallow the source. What follows "--" is another command's.</summary>
    internal static string[] Complete(string[] args)
    {
        int end = Array.IndexOf(args, "--");
        return [.. args.Select((arg, i) => arg == WaitName && (end < 0 || i < end) ? $"{WaitName}={ForEver}" : arg)];
    }

    /// <summary>What a setting's value is on the command line: wait-source = true waits for ever, false not at all.</summary>
    internal static string Meant(string name, string value) => (name, value) switch
    {
        (_, _) when $"--{name}" != WaitName => value,
        (_, "true") => ForEver,
        (_, "false") => "0",
        _ => value,
    };

    /// <summary>How long to wait for the source before mounting; null for not at all.</summary>
    internal TimeSpan? Wait(ParseResult parsed) => parsed.GetResult(_wait) is null && waitsByDefault
        ? Timeout.InfiniteTimeSpan
        : parsed.GetValue(_wait) is { } wait && wait != TimeSpan.Zero ? wait : null;

    /// <summary>How long calls may take.</summary>
    internal Deadlines Deadlines(ParseResult parsed) =>
        parsed.GetValue(_deadline) ?? new Deadlines(TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(20));

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Adds what the command line says to a mirror's options.</summary>
    internal MirrorOptions Read(ParseResult parsed, MirrorOptions options, bool isCovered) => options with
    {
        Grace = parsed.GetResult(_grace) is null ? options.Grace : parsed.GetValue(_grace),
        StaleListing = parsed.GetValue(_stale),
        AbortStalled = parsed.GetValue(_abort),
        Expectation = new SourceExpectation
        {
            Mount = IsGiven(parsed, _mount) ? parsed.GetValue(_mount) : waitsByDefault,
            MountOrEntries = Wait(parsed) is not null && !IsGiven(parsed, _mount),
            FileSystemType = parsed.GetValue(_type),
            Marker = parsed.GetValue(_marker) is { } marker ? Invocation.BytesOf(marker) : null,
            IsCovered = isCovered,
        },
    };
}
