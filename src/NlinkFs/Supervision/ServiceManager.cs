using System.Globalization;
using System.Net.Sockets;
using System.Text;
using NlinkFs.Mounting;
using Serilog;

namespace NlinkFs.Supervision;

/// <summary>
/// What a service manager is told, if there is one that asks (sd_notify(3)): that the mirror answers, how its source does, that it is going to end, and,
/// again and again, that the daemon lives. One thread sends, so nobody who has news waits for the manager; without NOTIFY_SOCKET there is no thread.
/// </summary>
internal sealed class ServiceManager : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string PeriodVariable = "WATCHDOG_USEC";
    private const string ProcessVariable = "WATCHDOG_PID";
    private const long MicrosecondsPerMillisecond = 1000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly AutoResetEvent _news = new(initialState: false);
    private readonly ILogger _log;
    private readonly UnixDomainSocketEndPoint? _manager;
    private readonly TimeSpan _watchdog;
    private readonly Thread? _thread;
    private string _state = ""; // guarded by _lock: lines to send once
    private (Func<string> Status, Func<bool> IsAlive)? _subject; // guarded by _lock
    private string _toldStatus = ""; // of the thread, as the next
    private bool _complained;
    private volatile bool _stopping;

    /// <summary>Begins to tell it, if the environment names one. The variables are taken out of the environment: no command that is run here is the service.</summary>
    internal ServiceManager(ILogger log)
    {
        _log = log;
        string? path = Take(SocketVariable);
        _watchdog = Watchdog(Take(PeriodVariable), Take(ProcessVariable));
        _manager = path is null ? null : AddressOf(path);
        if (_manager is not null)
        {
            _thread = new Thread(Tell, 128 * 1024) { IsBackground = true, Name = "service manager" };
            _thread.Start();
        }
    }

    /// <summary>The service is there. Where it went to the background, this process is the service from here on.</summary>
    internal void Ready() => Tell(Background.IsChild ? $"READY=1\nMAINPID={Environment.ProcessId}\n" : "READY=1\n");

    /// <summary>It is going to end.</summary>
    internal void Stopping() => Tell("STOPPING=1\n");

    /// <summary>Whom to ask from here on. Both are asked by the thread that sends, and must not wait for the source.</summary>
    /// <param name="status">How it does: one line for people.</param>
    /// <param name="isAlive">Whether the daemon serves; asked before each word to the watchdog.</param>
    internal void Follow(Func<string> status, Func<bool> isAlive)
    {
        lock (_lock)
        {
            _subject = (status, isAlive);
        }

        LookAgain();
    }

    /// <summary>The status may have changed.</summary>
    internal void LookAgain() => _ = _news.Set();

    /// <summary>Sends what is left to send.</summary>
    public void Dispose()
    {
        _stopping = true;
        _ = _news.Set();
        _ = _thread?.Join(s_patience);
    }

    /// <summary>Half of the time after which the manager gives the service up; infinite when it never does.</summary>
    /// <param name="period">That time, microseconds.</param>
    /// <param name="process">Which process it means; in the background that is the one which the user started.</param>
    internal static TimeSpan Watchdog(string? period, string? process)
    {
        bool isMeant = process is null || Background.IsChild || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isMeant && long.TryParse(period, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0
            ? TimeSpan.FromMilliseconds(Math.Clamp(microseconds / (2 * MicrosecondsPerMillisecond), 1, int.MaxValue))
            : Timeout.InfiniteTimeSpan;
    }

    private static string? Take(string variable)
    {
        string? value = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>An @ at the beginning stands for the zero byte of an abstract name.</summary>
    private UnixDomainSocketEndPoint? AddressOf(string path)
    {
        try
        {
            return path[0] is '/' or '@'
                ? new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path)
                : throw new ArgumentException("neither a path nor an abstract name");
        }
        catch (ArgumentException e)
        {
            _log.Warning("The service manager is told nothing: {Variable:l} is {Path}: {Problem:l}", SocketVariable, path, e.Message);
            return null;
        }
    }

    private void Tell(string lines)
    {
        lock (_lock)
        {
            _state += lines;
        }

        _ = _news.Set();
    }

    private void Tell()
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = (int)s_patience.TotalMilliseconds };
        long pinged = Environment.TickCount64;
        while (true)
        {
            bool last = _stopping;
            string message = News(out bool isAlive);
            if (isAlive && IsDue(pinged))
            {
                pinged = Environment.TickCount64;
                message += "WATCHDOG=1\n";
            }

            if (message.Length > 0)
            {
                Send(socket, message);
            }

            if (last)
            {
                return;
            }

            _ = _news.WaitOne(UntilDue(pinged));
        }
    }

    private string News(out bool isAlive)
    {
        string news;
        (Func<string> Status, Func<bool> IsAlive)? subject;
        lock (_lock)
        {
            (news, _state, subject) = (_state, "", _subject);
        }

        string status = subject?.Status().ReplaceLineEndings(" ") ?? "";
        isAlive = subject?.IsAlive() ?? true;
        if (status != _toldStatus)
        {
            _toldStatus = status;
            news += $"STATUS={status}\n";
        }

        return news;
    }

    private bool IsDue(long pinged) => _watchdog != Timeout.InfiniteTimeSpan && Environment.TickCount64 - pinged >= _watchdog.TotalMilliseconds;

    /// <summary>A daemon that has just said that it is not alive is soon asked again.</summary>
    private TimeSpan UntilDue(long pinged)
    {
        const long Soon = 50;
        return _watchdog == Timeout.InfiniteTimeSpan
            ? _watchdog
            : TimeSpan.FromMilliseconds(Math.Max(Soon, _watchdog.TotalMilliseconds - (Environment.TickCount64 - pinged)));
    }

    private void Send(Socket socket, string message)
    {
        try
        {
            _ = socket.SendTo(Encoding.UTF8.GetBytes(message), _manager!);
        }
        catch (SocketException e)
        {
            if (!_complained)
            {
                _log.Warning("Cannot tell the service manager: {Problem:l}", e.Message);
                _complained = true;
            }
        }
    }
}
