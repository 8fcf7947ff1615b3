using System.Text;
using NlinkFs.Linux;

namespace NlinkFs.Bench;

/// <summary>
/// Tells whether reads reach a layer's daemon, beyond doubt: an open file is read while the daemon is stopped. In passthrough the
/// kernel reads the backing file and does not notice; through the daemon the read waits until it goes on.
/// </summary>
internal static class DataPath
{
    private const int Stop = 19;
    private const int Continue = 18;
    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(1);

    /// <param name="mount">A layer whose own cache does not hold the end of the file, over a source whose cache does.</param>
    /// <param name="file">A file below it.</param>
    /// <param name="size">The file's size.</param>
    internal static bool BypassesDaemon(LayerMount mount, string file, long size)
    {
        const int Block = 4096;
        byte[] path = Encoding.UTF8.GetBytes(Path.Combine(mount.Path, file));
        Errno error = Files.OpenAt(Fd.WorkingDirectory, path, OpenFlags.ReadOnly, out Fd fd);
        if (error.IsError)
        {
            throw new IOException($"{file}: {error}");
        }

        bool done;
        Thread reader = new(() => _ = Files.ReadAt(fd, new byte[Block], size - Block, out _)) { IsBackground = true };
        _ = Processes.Kill(mount.Pid, Stop);
        try
        {
            reader.Start();
            done = reader.Join(s_wait);
        }
        finally
        {
            _ = Processes.Kill(mount.Pid, Continue);
        }

        reader.Join();
        fd.Close();
        return done;
    }
}
