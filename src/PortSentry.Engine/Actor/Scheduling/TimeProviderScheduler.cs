namespace PortSentry.Engine.Actor;

/// <summary>
/// One heap of what is due and one timer of the <see cref="TimeProvider"/> set to its head: whoever turns that
/// provider's clock turns the scheduler's. Resolution is the provider's (about a millisecond for the system's).
/// </summary>
public sealed class TimeProviderScheduler : IScheduler, IAdvancedScheduler, IDisposable
{
    // Cancelled entries stay in the heap until due; when they are the majority of at least this many, it is rebuilt.
    private const int RebuildFrom = 1024;

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Entry, (TimeSpan Due, long Order)> _heap = new();
    private TimeSpan _armed = TimeSpan.MaxValue;
    private long _order;
    private int _checkAt = RebuildFrom;
    private bool _disposed;

    public TimeProviderScheduler(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(static self => ((TimeProviderScheduler)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public DateTimeOffset Now => _time.GetUtcNow();

    public TimeSpan MonotonicClock => _time.GetElapsedTime(_start);

    public TimeSpan HighResMonotonicClock => MonotonicClock;

    public IAdvancedScheduler Advanced => this;

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender) =>
        ScheduleTellOnce(delay, receiver, message, sender, null);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Add(delay, new Tell(receiver, message, sender, cancelable, TimeSpan.Zero));

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Add(initialDelay, new Tell(receiver, message, sender, cancelable, Positive(interval)));

    public void ScheduleOnce(TimeSpan delay, Action action) => ScheduleOnce(delay, action, null);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) => Add(delay, new Run(action, cancelable, TimeSpan.Zero));

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) => ScheduleRepeatedly(initialDelay, interval, action, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Add(initialDelay, new Run(action, cancelable, Positive(interval)));

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _heap.Clear();
        }

        _timer.Dispose();
    }

    private static TimeSpan Positive(TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        return interval;
    }

    private void Add(TimeSpan delay, Entry entry)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        lock (_lock)
        {
            if (_disposed) return;
            Push(MonotonicClock + delay, entry);
            if (_heap.Count >= _checkAt) Rebuild();
            Arm();
        }
    }

    private void Push(TimeSpan due, Entry entry)
    {
        entry.Due = due;
        _heap.Enqueue(entry, (due, _order++));
    }

    private void Fire()
    {
        while (true)
        {
            Entry entry;
            lock (_lock)
            {
                _armed = TimeSpan.MaxValue;
                if (_disposed) return;
                if (!_heap.TryPeek(out entry!, out var key) || key.Due > MonotonicClock)
                {
                    Arm();
                    return;
                }

                _heap.Dequeue();
                if (entry.IsCancelled) continue;
                if (entry.Interval > TimeSpan.Zero) Push(entry.Due + entry.Interval, entry);
            }

            entry.Fire();
        }
    }

    private void Arm()
    {
        if (!_heap.TryPeek(out _, out var key) || key.Due >= _armed) return;
        _armed = key.Due;
        var wait = key.Due - MonotonicClock;
        // Timers count whole milliseconds: rounded up, so that the entry is due when the timer fires.
        var milliseconds = Math.Max(0, Math.Ceiling(wait.TotalMilliseconds));
        _timer.Change(TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue)), Timeout.InfiniteTimeSpan);
    }

    private void Rebuild()
    {
        var live = _heap.UnorderedItems.Where(item => !item.Element.IsCancelled).ToArray();
        _heap.Clear();
        _heap.EnqueueRange(live);
        _checkAt = Math.Max(RebuildFrom, _heap.Count * 2);
    }

    private abstract class Entry(ICancelable? cancelable, TimeSpan interval)
    {
        public TimeSpan Due { get; set; }

        public TimeSpan Interval { get; } = interval;

        public bool IsCancelled => cancelable?.IsCancellationRequested == true;

        public abstract void Fire();
    }

    private sealed class Tell(ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable, TimeSpan interval)
        : Entry(cancelable, interval)
    {
        public override void Fire() => receiver.Tell(message, sender);
    }

    private sealed class Run(Action action, ICancelable? cancelable, TimeSpan interval) : Entry(cancelable, interval)
    {
        public override void Fire()
        {
            try
            {
                action();
            }
            catch (Exception)
            {
                // As in Akka.NET: a scheduled action's failure must not stop the clock of everyone else.
            }
        }
    }
}
