using System.Globalization;

namespace NlinkFs.Bench;

/// <summary>What a process has used.</summary>
internal static class Usage
{
    /// <summary>Most memory a process ever held, VmHWM of /proc/PID/status in KiB; 0 when there is no such process.</summary>
    internal static long PeakKiB(int pid)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status");
        string? line = pid > 0 && File.Exists(path)
            ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            : null;
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
