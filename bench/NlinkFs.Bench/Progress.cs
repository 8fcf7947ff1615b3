using System.Diagnostics;
using System.Globalization;

namespace NlinkFs.Bench;

/// <summary>What is going on, on standard error: a line that changes on a terminal, and one line a figure otherwise.</summary>
internal sealed class Progress
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly bool _terminal = !Console.IsErrorRedirected;

    internal void Show(string what)
    {
        if (_terminal)
        {
            Console.Error.Write($"\r\u001b[K{Elapsed} {what}");
        }
    }

    internal void Done(Measurement measurement)
    {
        string ratios = string.Join(
            ", ",
            measurement.Layers.Where(layer => !layer.IsSource).Select(layer => $"{layer.Title} {Format.Ratio(measurement.RatioOf(layer.Id))}"));
        Say($"{measurement.Id}: {ratios}");
    }

    internal void Say(string line) => Console.Error.WriteLine(_terminal ? $"\r\u001b[K{Elapsed} {line}" : $"{Elapsed} {line}");

    private string Elapsed => string.Create(CultureInfo.InvariantCulture, $"[{Stopwatch.GetElapsedTime(_start).TotalSeconds,4:0} s]");
}
