using System.Globalization;
using NlinkFs.Linux;
using NlinkFs.Testing;

namespace NlinkFs.CifsTests;

/// <summary>A mirror and stock smbd on it under nlinkfs run, as a container has them.</summary>
internal sealed class Share : IDisposable
{
    private const int Kill = 9;
    private const int Stop = 19;

    private readonly TempTree _tree = new();
    private readonly string[] _options;
    private readonly string[] _command;
    private readonly Samba _samba;
    private readonly string _source;
    private Service? _again;

    /// <summary>Starts them over a source that is there.</summary>
    internal Share(string source, params string[] options)
    {
        _options = options;
        Mirror = _tree.MakeDirectory("mirror");
        string[] smbd = [];
        _samba = new Samba(Mirror, command =>
        {
            smbd = command;
            return Run = Start(source, command);
        });
        _command = smbd;
        _source = source;

        // It listens before it is ready: a kernel that came at that moment was refused once (EREMOTEIO).
        CommandResult listed = _samba.Client("ls");
        if (listed.ExitCode != 0)
        {
            string log = Run.Log;
            Dispose();
            throw new InvalidOperationException($"the share does not answer: {listed}\n{log}");
        }
    }

    /// <summary>The mirror's mount point.</summary>
    internal string Mirror { get; }

    /// <summary>Where smbd listens.</summary>
    internal int Port => _samba.Port;

    /// <summary>nlinkfs run.</summary>
    internal Service Run { get; private set; } = null!;

    /// <summary>Kills every smbd, as the kernel does when memory is short.</summary>
    internal void KillSmbd() => DescendantsOf(Run.Id).ForEach(pid => _ = Processes.Kill(pid, Kill));

    /// <summary>Kills all of it, as the end of a container does.</summary>
    internal void KillAll()
    {
        // Stopped, it does not start smbd again meanwhile.
        Run.Signal(Stop);
        KillSmbd();
        Run.Signal(Kill);
        _ = Run.WaitForExit();
    }

    /// <summary>Starts again what was killed.</summary>
    internal void StartAgain() => Run = _again = Start(_source, _command);

    /// <inheritdoc/>
    public void Dispose()
    {
        _again?.Dispose();
        _samba.Dispose();
        _tree.Dispose();
    }

    private Service Start(string source, string[] smbd) =>
        new(Programs.Nlinkfs, ["run", source, Mirror, .. _options, "--", .. smbd, "--no-process-group"]);

    private static List<int> DescendantsOf(int pid)
    {
        List<int> found = [];
        foreach (string task in Directory.GetDirectories($"/proc/{pid}/task"))
        {
            foreach (string child in File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                int id = int.Parse(child, CultureInfo.InvariantCulture);
                found.Add(id);
                found.AddRange(DescendantsOf(id));
            }
        }

        return found;
    }
}
