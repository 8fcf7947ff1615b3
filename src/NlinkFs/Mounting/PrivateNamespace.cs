using NlinkFs.Linux;

namespace NlinkFs.Mounting;

/// <summary>
/// Moving into a mount namespace of our own. A namespace belongs to a thread and the runtime has several by now, so this one makes it and then starts
/// the program anew in its place, under the same process id.
/// </summary>
internal static class PrivateNamespace
{
    private const string Variable = "_NLINKFS_PRIVATE";

    /// <summary>Returns when this process has a namespace of its own.</summary>
    internal static void Enter()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
        {
            // Not for the command.
            Environment.SetEnvironmentVariable(Variable, null);
            return;
        }

        Errno error = Mounts.EnterPrivateNamespace();
        if (!error.IsError)
        {
            error = Processes.Execute("/proc/self/exe", Processes.RawArguments(), [$"{Variable}=1"]);
        }

        throw new CommandException(
            $"--private: cannot make a mount namespace: {error}", ExitCode.System, error == Errno.EPERM ? "it takes root, and in a container CAP_SYS_ADMIN" : null);
    }
}
