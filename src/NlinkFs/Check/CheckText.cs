using System.Globalization;

namespace NlinkFs.Check;

/// <summary>A report as a table: what was looked at, how bad it is, and what was found, with further lines for what it does and what cures it.</summary>
internal static class CheckText
{
    internal static string Of(CheckReport report)
    {
        int width = report.Findings.Max(finding => finding.Subject.Length);
        string indent = new(' ', width + SeverityWidth + 4);
        List<string> lines =
        [
            .. report.Path is { } path
                ? (string[])[string.Create(CultureInfo.InvariantCulture, $"{path} ({report.Type}): {report.Entries} entries looked at in {report.Seconds:0.0} s"), ""]
                : [],
            $"{"LOOKED AT".PadRight(width)}  {"SEVERITY".PadRight(SeverityWidth)}  FOUND",
        ];
        foreach (Finding finding in report.Findings)
        {
            lines.Add($"{finding.Subject.PadRight(width)}  {finding.SeverityName.PadRight(SeverityWidth)}  {finding.Found}{(finding.Example is { } example ? $", such as {example}" : "")}");
            AddIf(finding.Effect is not null, finding.Effect);
            AddIf(finding.Curable == true, $"cured by a mirror: {finding.Cure}");
            AddIf(finding.Curable == false, $"not cured by a mirror: {finding.Cure}");
            AddIf(finding.Curable is null && finding.Cure is not null, finding.Cure);
        }

        lines.Add("");
        lines.Add(Verdict(report));
        return string.Join('\n', lines);

        void AddIf(bool wanted, string? text)
        {
            if (wanted)
            {
                lines.Add($"{indent}{text}");
            }
        }
    }

    private const int SeverityWidth = 8;

    private static string Verdict(CheckReport report) => (report.ExitCode, report.Path) switch
    {
        (ExitCode.Ok, null) => "Clean: mirrors can be mounted here.",
        (ExitCode.Ok, _) => report.Complete ? "Clean: it can be exported as it is." : "Clean, as far as it was looked at.",
        (ExitCode.Curable, _) => $"Curable: export a mirror of it instead, nlinkfs mount {report.Path} MOUNTPOINT",
        (_, null) => "Not clean: see above what to do.",
        _ => $"Not curable: a mirror would still have {string.Join(", ", report.Faults.Where(finding => finding.Curable == false).Select(finding => $"\"{finding.Subject}\""))}",
    };
}
