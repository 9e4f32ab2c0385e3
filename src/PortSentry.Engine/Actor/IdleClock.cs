using PortSentry.Engine.Event;

namespace PortSentry.Engine.Actor;

/// <summary>
/// The receive timeout. A message only notes the time; the one scheduled check looks whether it was long enough
/// ago and otherwise comes back later, so a busy actor does not reschedule on every message.
/// </summary>
internal sealed class IdleClock
{
    private readonly ActorCell _cell;
    private readonly CancelFlag _stopped = new();
    private TimeSpan _last;

    public IdleClock(ActorCell cell, TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        _cell = cell;
        Timeout = timeout;
        Touch();
        Ask(timeout);
    }

    public TimeSpan Timeout { get; }

    private TimeSpan Now => _cell.System.Scheduler.MonotonicClock;

    public void Touch() => _last = Now;

    public void Stop() => _stopped.Cancel();

    private void Ask(TimeSpan delay) => _cell.System.Scheduler.ScheduleTellOnce(delay, _cell, new Check(this), ActorRefs.NoSender, _stopped);

    private void Answer()
    {
        if (_stopped.IsCancellationRequested) return;
        var left = _last + Timeout - Now;
        if (left > TimeSpan.Zero)
        {
            Ask(left);
            return;
        }

        Touch();
        Ask(Timeout);
        _cell.ReceiveMessage(ReceiveTimeout.Instance);
    }

    private sealed class Check(IdleClock clock) : AutoReceivedMessage, INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        internal override void Receive(ActorCell cell) => clock.Answer();
    }
}
