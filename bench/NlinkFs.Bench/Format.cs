using System.Globalization;

namespace NlinkFs.Bench;

/// <summary>Figures as text.</summary>
internal static class Format
{
    internal static string Rate(double? rate, Unit unit) =>
        rate is not { } value ? "failed" : unit.IsBytes ? Scaled(value, "B/s") : $"{Scaled(value, "")} {unit.Name}/s";

    internal static string Ratio(double? ratio) =>
        ratio is not { } value ? "failed" : value.ToString(value < 10 ? "0.00x" : "0x", CultureInfo.InvariantCulture);

    /// <summary>Processor time of the daemon: seconds for a GB, or microseconds for an operation.</summary>
    internal static string Cpu(double? cpu, Unit unit) => cpu is not { } value ? ""
        : unit.IsBytes ? string.Create(CultureInfo.InvariantCulture, $"{value:0.00} s/GB")
        : string.Create(CultureInfo.InvariantCulture, $"{value * 1e6:0.0} us each");

    internal static string Memory(long kiB) => kiB == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{kiB / 1024.0:0.0} MiB");

    private static string Scaled(double value, string suffix)
    {
        (double divisor, string prefix) = value switch
        {
            >= 1e9 => (1e9, "G"),
            >= 1e6 => (1e6, "M"),
            >= 1e3 => (1e3, "k"),
            _ => (1.0, ""),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value / divisor:0.00} {prefix}{suffix}").TrimEnd();
    }
}
