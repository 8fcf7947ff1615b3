using NlinkFs.Linux;

namespace NlinkFs.Mounting;

/// <summary>
/// Running in the background: the command starts itself again in a session of its own and waits on a pipe until that one says the
/// mount answers. A runtime with threads cannot fork, so it is a new process; its messages still reach the terminal until then.
/// </summary>
internal static class Background
{
    private const string Variable = "_NLINKFS_READY_FD";
    private const int ReadyDescriptor = 3;

    /// <summary>Whether this is the process in the background.</summary>
    internal static bool IsChild => Environment.GetEnvironmentVariable(Variable) is not null;

    /// <summary>Starts the background process and waits for its word.</summary>
    /// <returns>0 when the mount answers; the background process's exit code when it failed.</returns>
    internal static int Start()
    {
        int pid = 0;
        Errno error = Pipes.Open(out Fd ready, out Fd theirs);
        if (!error.IsError)
        {
            error = Processes.Spawn(
                "/proc/self/exe", Processes.RawArguments(), [$"{Variable}={ReadyDescriptor}"], [(theirs, ReadyDescriptor)], newSession: true, out pid);
            theirs.Close();
        }

        if (error.IsError)
        {
            throw new CommandException($"cannot start in the background: {error}", ExitCode.System, "use --foreground");
        }

        int count;
        Span<byte> word = stackalloc byte[1];
        do
        {
            error = Files.Read(ready, word, out count);
        }
        while (error == Errno.EINTR);
        if (count == 1)
        {
            return ExitCode.Ok;
        }

        _ = Processes.Wait(pid, out int exitCode);
        return exitCode == ExitCode.Ok ? ExitCode.System : exitCode;
    }

    /// <summary>Tells whoever waits that the mount answers, and lets go of the terminal and the working directory.</summary>
    /// <param name="keepStandardError">The log goes to a file, which standard error is.</param>
    internal static void Ready(bool keepStandardError)
    {
        if (!IsChild)
        {
            return;
        }

        _ = Processes.ChangeDirectory("/"u8);
        if (!Files.OpenAt(Fd.WorkingDirectory, "/dev/null"u8, OpenFlags.ReadWrite, out Fd nothing).IsError)
        {
            for (int standard = 0; standard <= (keepStandardError ? 1 : 2); standard++)
            {
                _ = Files.DuplicateTo(nothing, standard);
            }

            nothing.Close();
        }

        Fd ready = new(ReadyDescriptor);
        _ = Files.Write(ready, "1"u8, out _);
        ready.Close();
    }
}
