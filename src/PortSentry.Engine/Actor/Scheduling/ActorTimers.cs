namespace PortSentry.Engine.Actor;

public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}

/// <summary>
/// Timers that belong to one actor: ended with it, replaced when started again under their key. A message of a
/// timer that was cancelled or replaced is never delivered, even if it was in the mailbox already.
/// </summary>
public interface ITimerScheduler
{
    IReadOnlyCollection<object> ActiveTimers { get; }

    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef? sender);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef? sender);

    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef? sender);

    bool IsTimerActive(object key);

    void Cancel(object key);

    void CancelAll();
}

internal sealed class ActorTimers(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, Beat> _active = [];

    public IReadOnlyCollection<object> ActiveTimers => _active.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => StartPeriodicTimer(key, msg, interval, interval, null);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef? sender) => StartPeriodicTimer(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) => StartPeriodicTimer(key, msg, initialDelay, interval, null);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef? sender)
    {
        var beat = Start(key, msg, true);
        cell.System.Scheduler.ScheduleTellRepeatedly(initialDelay, interval, cell, beat, sender ?? cell, beat.Flag);
    }

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => StartSingleTimer(key, msg, timeout, null);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef? sender)
    {
        var beat = Start(key, msg, false);
        cell.System.Scheduler.ScheduleTellOnce(timeout, cell, beat, sender ?? cell, beat.Flag);
    }

    public bool IsTimerActive(object key) => _active.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_active.Remove(key, out var beat)) beat.Flag.Cancel();
    }

    public void CancelAll()
    {
        foreach (var beat in _active.Values) beat.Flag.Cancel();
        _active.Clear();
    }

    private Beat Start(object key, object message, bool repeats)
    {
        Cancel(key);
        return _active[key] = new Beat(this, key, message, repeats);
    }

    private sealed class Beat(ActorTimers timers, object key, object message, bool repeats)
        : AutoReceivedMessage, INotInfluenceReceiveTimeout, Event.IDeadLetterSuppression
    {
        public CancelFlag Flag { get; } = new();

        internal override void Receive(ActorCell cell)
        {
            if (!timers._active.TryGetValue(key, out var current) || !ReferenceEquals(current, this)) return;
            if (!repeats) timers._active.Remove(key);
            if (cell.ExtrasOrNull?.Idle is { } idle && message is not INotInfluenceReceiveTimeout) idle.Touch();
            cell.CurrentMessage = message;
            if (message is AutoReceivedMessage auto) auto.Receive(cell);
            else cell.ReceiveMessage(message);
        }
    }
}
