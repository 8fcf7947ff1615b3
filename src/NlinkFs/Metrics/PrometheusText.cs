using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace NlinkFs.Metrics;

/// <summary>Writes down what instruments say in Prometheus' text format, version 0.0.4.</summary>
internal sealed class PrometheusText : IDisposable
{
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly string[] _headers;
    private readonly Lock _lock = new();
    private readonly List<StringBuilder> _families = []; // guarded by _lock: what each instrument said

    internal PrometheusText(Instruments instruments)
    {
        // Each has a text of its own, since the listener may ask them in any order.
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, text) => WriteSample((StringBuilder)text!, instrument.Name, value, labels));
        _listener.Start();
        foreach (Instrument instrument in instruments.All)
        {
            StringBuilder text = new();
            _families.Add(text);
            _listener.EnableMeasurementEvents(instrument, text);
        }

        _headers = [.. instruments.All.Select(HeaderOf)];
    }

    /// <summary>All of it, as of now.</summary>
    internal byte[] Collect()
    {
        lock (_lock)
        {
            _families.ForEach(text => text.Clear());
            _listener.RecordObservableInstruments();
            StringBuilder all = new();
            for (int i = 0; i < _families.Count; i++)
            {
                _ = _families[i].Length > 0 ? all.Append(_headers[i]).Append(_families[i]) : all;
            }

            return Encoding.UTF8.GetBytes(all.ToString());
        }
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>As Go writes floats, near enough: Prometheus compares the bounds of histograms as text.</summary>
    internal static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();

    private static string HeaderOf(Instrument instrument)
    {
        string name = instrument.Name;
        if (name.EndsWith(Instruments.Sum, StringComparison.Ordinal) || name.EndsWith(Instruments.Total, StringComparison.Ordinal))
        {
            // The buckets have it.
            return "";
        }

        bool isHistogram = name.EndsWith(Instruments.Buckets, StringComparison.Ordinal);
        name = isHistogram ? name[..^Instruments.Buckets.Length] : name;
        return $"# HELP {name} {instrument.Description}\n# TYPE {name} {(isHistogram ? "histogram" : instrument is ObservableCounter<double> ? "counter" : "gauge")}\n";
    }

    private static void WriteSample(StringBuilder text, string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        _ = text.Append(name);
        char before = '{';
        foreach ((string label, object? said) in labels)
        {
            _ = text.Append(before).Append(label).Append("=\"").Append(Escape((string)said!)).Append('"');
            before = ',';
        }

        _ = (before == ',' ? text.Append('}') : text).Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
