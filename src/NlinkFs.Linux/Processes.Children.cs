namespace NlinkFs.Linux;

public static unsafe partial class Processes
{
    private const int NoHang = 1;

    /// <summary>Children that were spawned and are still to be waited for, by whoever spawned them; locked by itself.</summary>
    private static readonly HashSet<int> s_awaited = [];

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
        Errno error = Errno.Of(result);
        lock (s_awaited)
        {
            _ = s_awaited.Remove(pid);
        }

        int signal = status & 0x7f;
        exitCode = signal != 0 ? 128 + signal : (status >> 8) & 0xff;
        return error;
    }

    /// <summary>Has orphans among this process's descendants become its children (PR_SET_CHILD_SUBREAPER), as they do in any case where it is PID 1.</summary>
    public static Errno AdoptOrphans()
    {
        const int SetChildSubreaper = 36;
        return Errno.Of(Libc.prctl(SetChildSubreaper, 1));
    }

    /// <summary>Takes the exit status of every dead child that nobody waits for, which would stay a zombie.</summary>
    /// <returns>False when one that somebody waits for was in the way: to be tried again when he has had it.</returns>
    public static bool ReapOrphans()
    {
        const int All = 0;
        const int Exited = 4;
        const int KeepIt = 0x01000000; // WNOWAIT
        while (true)
        {
            lock (s_awaited)
            {
                Libc.SignalInfo dead = default;
                if (Libc.waitid(All, 0, &dead, Exited | NoHang | KeepIt) < 0 || dead.Pid == 0)
                {
                    return true;
                }

                if (s_awaited.Contains(dead.Pid))
                {
                    return false;
                }

                int status;
                _ = Libc.waitpid(dead.Pid, &status, NoHang);
            }
        }
    }
}
