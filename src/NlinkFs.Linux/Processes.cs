using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;

namespace NlinkFs.Linux;

/// <summary>Starting and ending processes without the managed Process class, which would triple the binary's start-up code.</summary>
public static unsafe partial class Processes
{
    private const short SpawnSetSigDef = 0x04;
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
    /// SIGPIPE, which the runtime ignores, does again what it does everywhere else.
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
        const int Pipe = 13;
        Libc.SignalSet ignoredHere = new() { First64 = 1UL << (Pipe - 1) };
        _ = Libc.posix_spawnattr_setsigdefault(attributes, &ignoredHere);
        _ = Libc.posix_spawnattr_setflags(attributes, (short)(SpawnSetSigDef | (newSession ? SpawnSetSid : 0)));

        foreach ((Fd from, int to) in inherited)
        {
            _ = Libc.posix_spawn_file_actions_adddup2(actions, from.Value, to);
        }

        using StringVector argv = new(arguments);
        using StringVector envp = new(EnvironmentWith(extraEnvironment));
        using StringVector program = new([Encoding.UTF8.GetBytes(file)]);
        int child = 0;
        int error;
        lock (s_awaited)
        {
            error = Libc.posix_spawnp(&child, program.Pointer[0], actions, attributes, argv.Pointer, envp.Pointer);
            if (error == 0)
            {
                _ = s_awaited.Add(child);
            }
        }

        _ = Libc.posix_spawn_file_actions_destroy(actions);
        _ = Libc.posix_spawnattr_destroy(attributes);
        pid = child;
        return new Errno(error);
    }

    /// <summary>
    /// execve(2): this process becomes another program under the same number. Returns only on an error.
    /// </summary>
    /// <param name="path">The program; not searched for.</param>
    /// <param name="arguments">argv, the name of the program first.</param>
    /// <param name="extraEnvironment">Variables to add or replace.</param>
    public static Errno Execute(string path, IReadOnlyList<byte[]> arguments, IReadOnlyList<string> extraEnvironment)
    {
        using StringVector argv = new(arguments);
        using StringVector envp = new(EnvironmentWith(extraEnvironment));
        using StringVector program = new([Encoding.UTF8.GetBytes(path)]);
        return Errno.Of(Libc.execve(program.Pointer[0], argv.Pointer, envp.Pointer));
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

    /// <summary>
    /// Has another process keep this one's descriptors open for a second longer than this one lives. The last to close a file of a FUSE file
    /// system that hangs waits for its FLUSH and cannot be killed (fuse_flush); so that it is not this process, which somebody waits for.
    /// </summary>
    public static void LeaveDescriptorsBehind()
    {
        const int CloneVm = 0x100;
        const int CloneFiles = 0x400;
        const int StackSize = 64 * 1024;
        if (NativeLibrary.TryLoad("libc.so.6", out nint libc) && NativeLibrary.TryGetExport(libc, "sleep", out nint sleep))
        {
            // SAFETY: sleep(3) runs on this stack alone, which is never freed; no managed code runs in that process.
            byte* stack = (byte*)NativeMemory.AlignedAlloc(StackSize, 16);
            _ = Libc.clone(sleep, stack + StackSize, CloneVm | CloneFiles, (void*)1);
        }
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

    private static List<byte[]> EnvironmentWith(IReadOnlyList<string> extra)
    {
        List<byte[]> environment = [];
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (!extra.Any(added => added.StartsWith($"{variable.Key}=", StringComparison.Ordinal)))
            {
                environment.Add(Encoding.UTF8.GetBytes($"{variable.Key}={variable.Value}"));
            }
        }

        environment.AddRange(extra.Select(Encoding.UTF8.GetBytes));
        return environment;
    }
}
