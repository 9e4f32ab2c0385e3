namespace PortSentry.Engine.TestKit;

/// <summary>
/// A scheduler whose time the test turns. Set it with
/// <c>akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"</c> and get it from Sys.Scheduler.
/// </summary>
public sealed class TestScheduler : IScheduler, IAdvancedScheduler, IDisposable
{
    private readonly ManualTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly TimeProviderScheduler _scheduler;

    public TestScheduler() => _scheduler = new TimeProviderScheduler(_time);

    public DateTimeOffset Now => _scheduler.Now;

    public TimeSpan MonotonicClock => _scheduler.MonotonicClock;

    public TimeSpan HighResMonotonicClock => _scheduler.HighResMonotonicClock;

    public IAdvancedScheduler Advanced => this;

    public void Advance(TimeSpan offset) => _time.Advance(offset);

    /// <exception cref="InvalidOperationException">It lies in the past.</exception>
    public void AdvanceTo(DateTimeOffset when)
    {
        if (when < Now) throw new InvalidOperationException("You can't reverse time...");
        Advance(when - Now);
    }

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender) =>
        _scheduler.ScheduleTellOnce(delay, receiver, message, sender);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        _scheduler.ScheduleTellOnce(delay, receiver, message, sender, cancelable);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender) =>
        _scheduler.ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        _scheduler.ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, cancelable);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) => _scheduler.Advanced.ScheduleOnce(delay, action, cancelable);

    public void ScheduleOnce(TimeSpan delay, Action action) => _scheduler.Advanced.ScheduleOnce(delay, action);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        _scheduler.Advanced.ScheduleRepeatedly(initialDelay, interval, action, cancelable);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) => _scheduler.Advanced.ScheduleRepeatedly(initialDelay, interval, action);

    public void Dispose() => _scheduler.Dispose();
}
