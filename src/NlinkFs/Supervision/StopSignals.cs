using System.Runtime.InteropServices;

namespace NlinkFs.Supervision;

/// <summary>SIGTERM and SIGINT as events. Without <see cref="Hurry"/> being asked for, a second one ends the process as usual.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly ManualResetEvent _stop = new(initialState: false);
    private readonly ManualResetEvent _hurry = new(initialState: false);
    private readonly bool _takesSecond;
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to listen.</summary>
    /// <param name="takesSecond">Whether somebody waits for <see cref="Hurry"/>.</param>
    internal StopSignals(bool takesSecond = false)
    {
        _takesSecond = takesSecond;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take), PosixSignalRegistration.Create(PosixSignal.SIGINT, Take)];
    }

    /// <summary>Set by the first.</summary>
    internal WaitHandle Stop => _stop;

    /// <summary>Set by the second.</summary>
    internal WaitHandle Hurry => _hurry;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
        _hurry.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        bool second = _stop.WaitOne(0);
        context.Cancel = !second || _takesSecond;
        _ = (second ? _hurry : _stop).Set();
    }
}
