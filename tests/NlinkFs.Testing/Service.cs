using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace NlinkFs.Testing;

/// <summary>A program that runs while a test does, and never longer.</summary>
public sealed class Service : IDisposable
{
    private const int Terminate = 15;

    private readonly Process _process;
    private readonly StringBuilder _log = new();

    /// <summary>Starts a program.</summary>
    public Service(string file, IEnumerable<string> arguments, Action<ProcessStartInfo>? configure = null)
    {
        _process = new Process { StartInfo = Commands.Start(file, arguments) };
        configure?.Invoke(_process.StartInfo);
        _process.OutputDataReceived += (_, e) => Append(e.Data);
        _process.ErrorDataReceived += (_, e) => Append(e.Data);
        _ = _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its memory, in kilobytes.</summary>
    public long ResidentKilobytes => long.Parse(
        File.ReadLines($"/proc/{Id}/status").Single(line => line.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>All it has written.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Waits for a text in its output.</summary>
    public void WaitFor(string text, double seconds = 20)
    {
        if (!Commands.Eventually(() => Log.Contains(text, StringComparison.Ordinal) || HasExited, seconds)
            || !Log.Contains(text, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{_process.StartInfo.FileName} did not say \"{text}\":\n{Log}");
        }
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(int signal) => _ = Linux.Processes.Kill(Id, signal);

    /// <summary>Waits for its end; -1 when it does not end in time.</summary>
    public int WaitForExit(double seconds = 10) => _process.WaitForExit(TimeSpan.FromSeconds(seconds)) ? _process.ExitCode : -1;

    /// <summary>Asks it to end, waits, and kills it if it does not.</summary>
    public int Stop(double seconds = 10)
    {
        if (!_process.HasExited)
        {
            Signal(Terminate);
        }

        int exitCode = WaitForExit(seconds);
        if (exitCode < 0)
        {
            // One that a hanging source keeps from ending must not keep a failed test from saying so.
            _process.Kill(entireProcessTree: true);
            _ = WaitForExit(seconds);
        }

        return exitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _ = Stop();
        }

        _process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is not null)
        {
            lock (_log)
            {
                _log.Append(line).Append('\n');
            }
        }
    }
}
