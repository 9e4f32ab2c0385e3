namespace PortSentry.Actors.Tests;

/// <summary>The time of a test's scheduler, for what waits without being an actor.</summary>
internal sealed class TurnedClock(TestScheduler scheduler) : TimeProvider
{
    /// <summary>How far somebody has set the clock of the day; time itself goes on.</summary>
    public TimeSpan Set { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => scheduler.Now + Set;

    public override long GetTimestamp() => scheduler.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Once(scheduler, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Once(TestScheduler scheduler, Action fire) : ITimer
    {
        private Cancelable? _due;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _due?.Cancel();
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            _due = new Cancelable(scheduler.Advanced);
            scheduler.Advanced.ScheduleOnce(dueTime, fire, _due);
            return true;
        }

        public void Dispose() => _due?.Cancel();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
