using System.Diagnostics;
using System.Text;

namespace NlinkFs.Testing;

/// <summary>What a command that ran to its end left behind.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Both streams, for assertion messages.</summary>
    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Error}";
}

/// <summary>Running other programs, with a time limit.</summary>
public static class Commands
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="TimeoutException">It did not end in time, and was killed.</exception>
    public static CommandResult Run(string file, params string[] arguments) => Run(file, arguments, s_limit);

    /// <summary>Runs a program to its end, within a time.</summary>
    public static CommandResult Run(string file, IEnumerable<string> arguments, TimeSpan limit, Action<ProcessStartInfo>? configure = null)
    {
        using Process process = new() { StartInfo = Start(file, arguments) };
        configure?.Invoke(process.StartInfo);
        StringBuilder output = new();
        StringBuilder error = new();
        CountdownEvent open = new(2); // not disposed: the last line may come after we gave up
        process.OutputDataReceived += (_, e) => Append(output, e.Data, open);
        process.ErrorDataReceived += (_, e) => Append(error, e.Data, open);
        _ = process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{file} {string.Join(' ', arguments)} did not end in {limit.TotalSeconds} s\n{output}\n{error}");
        }

        if (!open.Wait(limit))
        {
            throw new TimeoutException($"{file} {string.Join(' ', arguments)} ended, but what it started keeps its output open\n{output}\n{error}");
        }

        return new CommandResult(process.ExitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs a line of shell.</summary>
    public static CommandResult Shell(string line) => Run("/bin/bash", "-c", line);

    /// <summary>Runs a line of shell that has to succeed, and returns its output.</summary>
    public static string ShellOutput(string line)
    {
        CommandResult result = Shell(line);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{line}\n{result}");
    }

    /// <summary>Waits until something holds; false when it does not in time.</summary>
    public static bool Eventually(Func<bool> holds, double seconds = 10)
    {
        long deadline = Environment.TickCount64 + (long)(seconds * 1000);
        while (!holds())
        {
            if (Environment.TickCount64 > deadline)
            {
                return false;
            }

            Thread.Sleep(20);
        }

        return true;
    }

    internal static ProcessStartInfo Start(string file, IEnumerable<string> arguments) => new(file, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
        CreateNoWindow = true,
    };

    private static void Append(StringBuilder builder, string? line, CountdownEvent open)
    {
        if (line is null)
        {
            _ = open.Signal();
            return;
        }

        lock (builder)
        {
            builder.Append(line).Append('\n');
        }
    }
}
