using System.Diagnostics;
using System.Text.RegularExpressions;

namespace NlinkFs.Testing.Containers;

/// <summary>
/// A client that connects, lists all of a share and reads a file, again and again, while a test breaks things. It is told no lie: what it gets is
/// complete and right, or an error.
/// </summary>
public sealed partial class ShareWatch : IDisposable
{
    private readonly SmbClient _client;
    private readonly IReadOnlyList<string> _expected;
    private readonly string _file;
    private readonly TempTree _scratch = TestRun.NewTree();
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly List<string> _wrong = []; // guarded by _lock, as all below
    private readonly SortedDictionary<string, int> _errors = new(StringComparer.Ordinal);
    private readonly Stopwatch _sinceSuccess = Stopwatch.StartNew();
    private TimeSpan _longestGap;
    private int _successes;
    private volatile bool _stop;

    /// <summary>Begins.</summary>
    /// <param name="client">The client.</param>
    /// <param name="expected">What the share holds, as <see cref="SmbListing"/> has it.</param>
    /// <param name="file">A file of it to read, whose bytes are those of <see cref="Content"/>.</param>
    public ShareWatch(SmbClient client, IReadOnlyList<string> expected, string file)
    {
        (_client, _expected, _file) = (client, expected, file);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Successes so far.</summary>
    public int Successes
    {
        get
        {
            lock (_lock)
            {
                return _successes;
            }
        }
    }

    /// <summary>The errors it got so far, by name.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_lock)
            {
                return [.. _errors.Keys];
            }
        }
    }

    /// <summary>Waits for some more successes, with nothing wrong.</summary>
    public void WaitForMore(int count = 2, double seconds = 60)
    {
        int before = Successes;
        if (!Commands.Eventually(() => Successes >= before + count, seconds))
        {
            throw new InvalidOperationException($"the share is not served again: {this}");
        }
    }

    /// <summary>Ends it. What it was told that was not so; empty as it should be.</summary>
    public IReadOnlyList<string> End()
    {
        _stop = true;
        _thread.Join();
        return _wrong;
    }

    /// <summary>For tables: "12 times well, longest pause 3.1 s, NT_STATUS_IO_TIMEOUT (2)".</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            string errors = _errors.Count == 0 ? "no error" : string.Join(", ", _errors.Select(error => $"{error.Key} ({error.Value})"));
            return $"{_successes} times well, longest pause {_longestGap.TotalSeconds:0.0} s, {errors}{string.Concat(_wrong.Select(wrong => $"\n{wrong}"))}";
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = End();
        _scratch.Dispose();
    }

    private void Run()
    {
        string copy = _scratch.At("copy");
        while (!_stop)
        {
            File.Delete(copy);
            CommandResult result;
            try
            {
                result = _client.Run($"recurse; ls; get \"{_file.Replace('/', '\\')}\" {copy}");
            }
            catch (TimeoutException e)
            {
                Note(e.Message);
                continue;
            }

            string[] errors = [.. Status().Matches(result.ToString()).Select(match => match.Value)];
            string? wrong = errors.Length > 0 ? null : WhatIsWrong(result, copy);
            lock (_lock)
            {
                foreach (string error in errors)
                {
                    _errors[error] = _errors.GetValueOrDefault(error) + 1;
                }

                if (wrong is not null)
                {
                    _wrong.Add(wrong);
                }
                else if (errors.Length == 0)
                {
                    _successes++;
                    _longestGap = _sinceSuccess.Elapsed > _longestGap ? _sinceSuccess.Elapsed : _longestGap;
                    _sinceSuccess.Restart();
                }
            }

            Thread.Sleep(50);
        }
    }

    private string? WhatIsWrong(CommandResult result, string copy)
    {
        if (result.ExitCode != 0)
        {
            return result.ToString();
        }

        IReadOnlyList<string> listed = SmbListing.Of(result);
        return !listed.SequenceEqual(_expected) ? $"a listing of {listed.Count} instead of {_expected.Count} entries:\n{result}"
            : !_expected.Contains($"{new FileInfo(copy).Length} {_file}") ? $"{new FileInfo(copy).Length} bytes of {_file}"
            : Content.FirstDifference(Content.KeyOf(_file), 0, File.ReadAllBytes(copy)) is >= 0 and long at ? $"a wrong byte at {at}"
            : null;
    }

    private void Note(string wrong)
    {
        lock (_lock)
        {
            _wrong.Add(wrong);
        }
    }

    [GeneratedRegex("NT_STATUS_[A-Z_]+")]
    private static partial Regex Status();
}
