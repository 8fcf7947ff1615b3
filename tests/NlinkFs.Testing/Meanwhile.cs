using System.Runtime.ExceptionServices;

namespace NlinkFs.Testing;

/// <summary>Something that goes on, on a thread of its own, while a test does something else.</summary>
public sealed class Meanwhile<T>
{
    private readonly Thread _thread;
    private T _result = default!;
    private Exception? _failure;

    /// <summary>Begins.</summary>
    public Meanwhile(Func<T> what)
    {
        _thread = new Thread(() =>
        {
            try
            {
                _result = what();
            }
#pragma warning disable CA1031 // It is thrown again where somebody waits for it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _failure = e;
            }
        })
        {
            IsBackground = true,
        };
        _thread.Start();
    }

    /// <summary>Whether it is over.</summary>
    public bool IsOver => !_thread.IsAlive;

    /// <summary>What came of it; waits for that.</summary>
    public T Result
    {
        get
        {
            _thread.Join();
            if (_failure is not null)
            {
                ExceptionDispatchInfo.Throw(_failure);
            }

            return _result;
        }
    }
}
