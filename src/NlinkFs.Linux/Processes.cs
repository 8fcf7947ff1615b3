using System.Buffers.Text;
using System.Text;

namespace NlinkFs.Linux;

/// <summary>Starting and ending processes without the managed Process class, which would triple the binary's start-up code.</summary>
public static unsafe class Processes
{
    private const short SpawnSetSid = 0x80;

    /// <summary>Real user id.</summary>
    public static uint UserId => Libc.getuid();

    /// <summary>Real group id.</summary>
    public static uint GroupId => Libc.getgid();

    /// <summary>Whether the effective user is root.</summary>
    public static bool IsRoot => Libc.geteuid() == 0;

    /// <summary>
    /// posix_spawnp(3): starts <paramref name="file"/> found on PATH, with this process's environment plus
    /// <paramref name="extraEnvironment"/> ("NAME=value"), and each descriptor of <paramref name="inherited"/> at its target number.
    /// </summary>
    /// <param name="file">Program, or a path to it.</param>
    /// <param name="arguments">argv, the name of the program first.</param>
    /// <param name="extraEnvironment">Variables to add or replace.</param>
    /// <param name="inherited">Pairs of a descriptor here and its number in the child.</param>
    /// <param name="newSession">Whether the child leads a session of its own, out of reach of the terminal's signals.</param>
    /// <param name="pid">The child, which the caller has to wait for.</param>
    public static Errno Spawn(
        string file,
        IReadOnlyList<byte[]> arguments,
        IReadOnlyList<string> extraEnvironment,
        IReadOnlyList<(Fd From, int To)> inherited,
        bool newSession,
        out int pid)
    {
        // Opaque glibc objects: 336 and 80 bytes on 64-bit, with room to spare.
        byte* attributes = stackalloc byte[512];
        byte* actions = stackalloc byte[256];
        _ = Libc.posix_spawnattr_init(attributes);
        _ = Libc.posix_spawn_file_actions_init(actions);
        if (newSession)
        {
            _ = Libc.posix_spawnattr_setflags(attributes, SpawnSetSid);
        }

        foreach ((Fd from, int to) in inherited)
        {
            _ = Libc.posix_spawn_file_actions_adddup2(actions, from.Value, to);
        }

        List<byte[]> environment = [];
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (!extraEnvironment.Any(extra => extra.StartsWith($"{variable.Key}=", StringComparison.Ordinal)))
            {
                environment.Add(Encoding.UTF8.GetBytes($"{variable.Key}={variable.Value}"));
            }
        }

        environment.AddRange(extraEnvironment.Select(Encoding.UTF8.GetBytes));

        using StringVector argv = new(arguments);
        using StringVector envp = new(environment);
        using StringVector program = new([Encoding.UTF8.GetBytes(file)]);
        int child = 0;
        int error = Libc.posix_spawnp(&child, program.Pointer[0], actions, attributes, argv.Pointer, envp.Pointer);
        _ = Libc.posix_spawn_file_actions_destroy(actions);
        _ = Libc.posix_spawnattr_destroy(attributes);
        pid = child;
        return new Errno(error);
    }

    /// <summary>waitpid(2) for one child. The exit status as a shell gives it: 128 + n for a death by signal n.</summary>
    public static Errno Wait(int pid, out int exitCode)
    {
        int status = 0;
        int result;
        do
        {
            result = Libc.waitpid(pid, &status, 0);
        }
        while (result < 0 && Errno.Last == Errno.EINTR);
        int signal = status & 0x7f;
        exitCode = signal != 0 ? 128 + signal : (status >> 8) & 0xff;
        return Errno.Of(result);
    }

    /// <summary>kill(2).</summary>
    public static Errno Kill(int pid, int signal) => Errno.Of(Libc.kill(pid, signal));

    /// <summary>
    /// Whether a thread has SIGKILL pending, which is also how the kernel ends a process for any other fatal signal (complete_signal).
    /// False for threads this process cannot see.
    /// </summary>
    public static bool IsBeingKilled(int thread)
    {
        const int Kill = 1 << (9 - 1);
        ReadOnlySpan<byte> status = thread <= 0 ? default : MountTable.ReadAll(Encoding.ASCII.GetBytes($"/proc/{thread}/status"));
        int at = status.IndexOf("\nSigPnd:\t"u8);
        return at >= 0 && Utf8Parser.TryParse(status[(at + 9)..], out ulong pending, out _, 'X') && (pending & Kill) != 0;
    }

    /// <summary>poll(2) of one descriptor, EINTR included in "nothing yet". True when one of <paramref name="events"/> or an error is there.</summary>
    /// <param name="fd">What to wait on.</param>
    /// <param name="events">POLLIN 1, POLLPRI 2.</param>
    /// <param name="timeout">At most this long.</param>
    public static bool Poll(Fd fd, short events, TimeSpan timeout)
    {
        Libc.PollFd poll = new() { Fd = fd.Value, Events = events };
        return Libc.poll(&poll, 1, (int)timeout.TotalMilliseconds) > 0;
    }

    /// <summary>chdir(2).</summary>
    public static Errno ChangeDirectory(ReadOnlySpan<byte> path)
    {
        byte* c = stackalloc byte[CPath.Size];
        Errno error = CPath.Copy(path, c);
        return error.IsError ? error : Errno.Of(Libc.chdir(c));
    }

    /// <summary>Raises the soft limit of open files to the hard one; returns what is in force.</summary>
    public static ulong RaiseOpenFilesLimit()
    {
        const int OpenFiles = 7;
        Libc.ResourceLimit limit;
        if (Libc.prlimit64(0, OpenFiles, null, &limit) < 0)
        {
            return 0;
        }

        ulong before = limit.Soft;
        limit.Soft = limit.Hard;
        return Libc.prlimit64(0, OpenFiles, &limit, null) < 0 ? before : limit.Hard;
    }

    /// <summary>The bytes of this process's arguments, which the runtime hands over as text and so may have damaged.</summary>
    public static IReadOnlyList<byte[]> RawArguments()
    {
        List<byte[]> arguments = [];
        ReadOnlySpan<byte> all = MountTable.ReadAll("/proc/self/cmdline"u8);
        while (!all.IsEmpty)
        {
            int end = all.IndexOf((byte)0);
            arguments.Add((end < 0 ? all : all[..end]).ToArray());
            all = end < 0 ? [] : all[(end + 1)..];
        }

        return arguments;
    }
}
