using System.Globalization;
using PortSentry.Core;

namespace PortSentry.Daemon.Persistence;

/// <summary>How writing to the journal goes; written by the store, read by <c>status</c>. Thread-safe.</summary>
internal sealed class JournalHealth
{
    private readonly Lock _lock = new();
    private string? _error;
    private Instant _since;
    private long _waiting, _lost, _lostBefore, _failures;

    /// <summary>Null while all is well; else what is wrong, since when, and what it costs.</summary>
    public string? Fault
    {
        get
        {
            lock (_lock)
            {
                return _error is null ? null : string.Create(CultureInfo.InvariantCulture,
                    $"{_error} (since {_since}; {_waiting} events wait, {_lost} were given up; blocks are not concerned)");
            }
        }
    }

    /// <summary>Events that were never written, since the start: they are in no history.</summary>
    public long Lost
    {
        get { lock (_lock) return _lostBefore + _lost; }
    }

    public long Failures
    {
        get { lock (_lock) return _failures; }
    }

    public void Failed(string error, Instant at, int waiting)
    {
        lock (_lock)
        {
            if (_error is null) _since = at;
            _error = error;
            _waiting = waiting;
            _failures++;
        }
    }

    public void GaveUp(int events)
    {
        lock (_lock)
        {
            _lost += events;
            _waiting = 0;
        }
    }

    /// <summary>Called when an outage is over in which events were given up: what is in memory should be kept then.</summary>
    public Action? Recovered { get; set; }

    public void Works()
    {
        lock (_lock)
        {
            if (_error is null) return;
            _error = null;
            _waiting = 0;
            if (_lost == 0) return;
            _lostBefore += _lost;
            _lost = 0;
        }
        Recovered?.Invoke();
    }
}
