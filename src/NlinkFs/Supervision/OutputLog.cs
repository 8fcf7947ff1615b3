using System.Text;
using System.Text.Unicode;
using NlinkFs.Linux;
using Serilog;

namespace NlinkFs.Supervision;

/// <summary>Makes log events of what a command writes, one a line, so that a log of JSON is all JSON.</summary>
internal sealed class OutputLog
{
    /// <summary>The name by which the log lets these events through whatever its level: they are not ours to leave out.</summary>
    internal const string SourceContext = "command";

    /// <summary>Longer lines come in pieces; container runtimes cut their own at the same length.</summary>
    private const int LongestLine = 16 * 1024;

    private const short Readable = 1;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly ILogger _log;
    private readonly Fd _pipe;
    private readonly Thread _thread;

    private OutputLog(ILogger log, Fd pipe)
    {
        (_log, _pipe) = (log, pipe);
        _thread = new Thread(Run, 128 * 1024) { IsBackground = true, Name = "output" };
        _thread.Start();
    }

    /// <summary>Begins to read a pipe of its own.</summary>
    /// <param name="log">Where the lines go.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="stream">stdout or stderr.</param>
    /// <param name="writeEnd">The end for the command, which the caller closes once the command has it.</param>
    internal static OutputLog Start(ILogger log, string command, string stream, out Fd writeEnd)
    {
        Errno error = Pipes.Open(out Fd readEnd, out writeEnd);
        return error.IsError
            ? throw new CommandException($"cannot make a pipe for the output of {command}: {error}", ExitCode.System)
            : new OutputLog(
                log.ForContext(Serilog.Core.Constants.SourceContextPropertyName, SourceContext).ForContext("Command", command).ForContext("Stream", stream),
                readEnd);
    }

    /// <summary>Waits a moment for what is still in the pipe. Somebody may hold its other end for ever.</summary>
    internal void Finish() => _ = _thread.Join(s_patience);

    private void Run()
    {
        LineSplitter lines = new(LongestLine, Write);
        byte[] buffer = new byte[LongestLine];
        Errno error;
        int count;
        do
        {
            if (lines.HasBeginning && !Processes.Poll(_pipe, Readable, s_patience))
            {
                lines.Flush();
            }

            error = Files.Read(_pipe, buffer, out count);
            lines.Append(buffer.AsSpan(0, count));
        }
        while (count > 0 || error == Errno.EINTR);
        lines.Flush();
        _pipe.Close();
    }

    private void Write(ReadOnlySpan<byte> line, bool isWhole)
    {
        // Bytes that are no text stand as \xNN.
        string text = Utf8.IsValid(line) ? Encoding.UTF8.GetString(line) : Printable.Escape(line);
        (isWhole ? _log : _log.ForContext("Partial", value: true)).Information("{Line:l}", text);
    }
}
