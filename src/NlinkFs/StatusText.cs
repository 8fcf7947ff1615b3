using System.Globalization;
using NlinkFs.Control;

namespace NlinkFs;

/// <summary>What people read of a mirror's status.</summary>
internal static class StatusText
{
    /// <summary>A few aligned lines.</summary>
    internal static string Of(KnownMirror mirror, DateTimeOffset now) => Clean(mirror.Report is { } report
        ? $"""
            mirror:     {mirror.MountPoint}
            source:     {report.Source}{(report.SourceType.Length > 0 ? $" ({report.SourceType})" : "")}, {Of(report.SourceState, now)}
            data path:  {report.DataPath?.Name}, because {report.DataPath?.Reason}
            daemon:     pid {report.Pid}, up {Duration(TimeSpan.FromSeconds(report.UptimeSeconds))}, version {report.Version}, FUSE {report.Protocol}
            in use:     {Count(report.Nodes, "name")} known, {Count(report.OpenFiles, "file")} open, {Count(report.Workers, "worker")}, {ServedText.Size(report.ResidentBytes)} of memory
            {ServedText.Of(report)}
            """.TrimEnd()
        : $"""
            mirror:     {mirror.MountPoint}
            source:     {mirror.Source}
            daemon:     {mirror.Trouble}
            """);

    /// <summary>"lost since 2026-11-24 18:06:11 (2m 3s): it was unmounted; 4 calls wait, 1 loss".</summary>
    internal static string Of(SourceReport source, DateTimeOffset now)
    {
        string since = source.Since.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        string text = $"{source.State} since {since} ({Duration(now - source.Since)})";
        text = source.Reason is { } reason ? $"{text}: {reason}" : text;
        string[] counts =
        [
            .. Some(source.Waiting, "call waits", "calls wait"),
            .. Some(source.Stuck, "call is stuck", "calls are stuck"),
            .. Some(source.Losses, "loss", "losses"),
            .. Some(source.Reopened, "file reopened", "files reopened"),
            .. Some(source.IoErrors, "I/O error", "I/O errors"),
        ];
        return counts.Length == 0 ? text : $"{text}; {string.Join(", ", counts)}";
    }

    /// <summary>A table with a line a mirror.</summary>
    internal static string Table(IEnumerable<KnownMirror> mirrors)
    {
        List<string[]> rows =
        [
            ["MOUNTPOINT", "SOURCE", "STATE", "PATH", "UPTIME"],
            .. mirrors.Select(mirror => (string[])[
                mirror.MountPoint,
                mirror.Source,
                mirror.State,
                mirror.Report?.DataPath?.Name ?? "-",
                mirror.Report is { } report ? Duration(TimeSpan.FromSeconds(report.UptimeSeconds)) : "-",
            ]),
        ];
        return Clean(TextTable.Of(rows));
    }

    /// <summary>The two largest units: "3d 4h", "2h 13m", "5m 0s", "12s".</summary>
    internal static string Duration(TimeSpan span) => span switch
    {
        { Days: > 0 } => $"{span.Days}d {span.Hours}h",
        { Hours: > 0 } => $"{span.Hours}h {span.Minutes}m",
        { Minutes: > 0 } => $"{span.Minutes}m {span.Seconds}s",
        _ => $"{Math.Max(0, span.Seconds)}s",
    };

    private static string Count(long count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private static IEnumerable<string> Some(long count, string one, string many) =>
        count == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}")];

    /// <summary>A daemon of another user may say what it likes, but not steer the terminal.</summary>
    internal static string Clean(string text) => string.Create(text.Length, text, (clean, dirty) =>
    {
        for (int i = 0; i < clean.Length; i++)
        {
            clean[i] = char.IsControl(dirty[i]) && dirty[i] != '\n' ? '?' : dirty[i];
        }
    });
}
