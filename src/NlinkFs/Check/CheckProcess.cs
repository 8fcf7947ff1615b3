using System.Globalization;
using NlinkFs.Linux;

namespace NlinkFs.Check;

/// <summary>
/// A process of its own for examining a file system. A thread that sits in a request which a hanging FUSE server has already taken cannot be
/// killed, and its process cannot end (request_wait_answer); so that somebody else can, who never touches the file system. The examining
/// process says its exit code over a pipe when the report is out, and ends when it can.
/// </summary>
internal static class CheckProcess
{
    /// <summary>Marks the examining process, and has the descriptor of the pipe.</summary>
    internal const string Option = "--exit-code-to";

    private const int Descriptor = 3;

    /// <summary>Runs this command once more, in the process that examines.</summary>
    /// <returns>Its exit code.</returns>
    internal static int Run()
    {
        List<byte[]> arguments = [.. Processes.RawArguments()];
        arguments.InsertRange(
            arguments.FindIndex(argument => argument.AsSpan().SequenceEqual("check"u8)) + 1,
            [System.Text.Encoding.ASCII.GetBytes(Option), System.Text.Encoding.ASCII.GetBytes(Descriptor.ToString(CultureInfo.InvariantCulture))]);
        int pid = 0;
        Errno error = Pipes.Open(out Fd result, out Fd theirs);
        error = error.IsError ? error : Processes.Spawn("/proc/self/exe", arguments, [], [(theirs, Descriptor)], newSession: false, out pid);
        theirs.Close();
        if (error.IsError)
        {
            throw new CommandException($"cannot start the process that examines: {error}", ExitCode.System);
        }

        Span<byte> word = stackalloc byte[1];
        int count;
        do
        {
            error = Files.Read(result, word, out count);
        }
        while (error == Errno.EINTR);
        if (count == 1)
        {
            return word[0];
        }

        _ = Processes.Wait(pid, out int exitCode);
        return exitCode;
    }

    /// <summary>Says the exit code, and lets go of what somebody may wait for the end of.</summary>
    internal static void End(int exitCode)
    {
        Console.Out.Flush();
        if (!Files.OpenAt(Fd.WorkingDirectory, "/dev/null"u8, OpenFlags.ReadWrite, out Fd nothing).IsError)
        {
            // Standard input stays: through it the runtime gives a terminal back its settings.
            for (int standard = 1; standard <= 2; standard++)
            {
                _ = Files.DuplicateTo(nothing, standard);
            }
        }

        Fd result = new(Descriptor);
        _ = Files.Write(result, [(byte)exitCode], out _);
        result.Close();
    }
}
