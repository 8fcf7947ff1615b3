using System.Globalization;
using NlinkFs.Control;

namespace NlinkFs;

/// <summary>What people read of the requests a mirror has served.</summary>
internal static class ServedText
{
    /// <summary>Two lines and a table; nothing of what the daemon does not tell, being older.</summary>
    internal static string Of(StatusReport report)
    {
        List<string> lines = [];
        if (report.Operations is { } operations)
        {
            lines.Add($"served:     {Size(report.BytesRead)} read by the daemon{(report.DataPath?.Name == "passthrough" ? " (what the kernel reads itself is not seen)" : "")}; errors: {Join(report.Errors?.Select(error => $"{Number(error.Count)} {error.Errno}"))}");
        }

        if (report.Corrections is { } corrections)
        {
            lines.Add($"corrected:  {Join(corrections.Where(correction => correction.Count > 0).Select(correction => $"{Number(correction.Count)} {correction.Kind}"))}");
        }

        if (report.Operations is { Count: > 0 } table)
        {
            lines.Add("");
            lines.Add($"{"operation",-16}{"count",12}{"p50",10}{"p99",10}");
            lines.AddRange(table.OrderByDescending(operation => operation.Count).Select(operation =>
                $"{operation.Name,-16}{Number(operation.Count),12}{Latency(operation.P50Seconds),10}{Latency(operation.P99Seconds),10}"));
        }

        return string.Join('\n', lines);
    }

    /// <summary>"12 us", "1.2 ms", "3.4 s": two digits are as much as is known.</summary>
    internal static string Latency(double seconds) => seconds switch
    {
        < 9.5e-6 => Text($"{seconds * 1e6:0.0} us"),
        < 0.9995e-3 => Text($"{seconds * 1e6:0} us"),
        < 9.95e-3 => Text($"{seconds * 1e3:0.0} ms"),
        < 0.9995 => Text($"{seconds * 1e3:0} ms"),
        < 9.95 => Text($"{seconds:0.0} s"),
        _ => Text($"{seconds:0} s"),
    };

    /// <summary>"512 bytes", "12.3 kB", "4.5 GB".</summary>
    internal static string Size(long bytes)
    {
        string[] units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
        double value = bytes;
        int unit = 0;
        while (value >= 999.95 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return unit == 0 ? Text($"{bytes} bytes") : Text($"{value:0.0} {units[unit]}");
    }

    private static string Join(IEnumerable<string>? parts) => string.Join(", ", (parts ?? []).DefaultIfEmpty("none"));

    private static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
