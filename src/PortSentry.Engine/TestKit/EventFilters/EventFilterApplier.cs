namespace PortSentry.Engine.TestKit.EventFilters;

internal sealed class EventFilterApplier(ActorSystem system, ITestKitAssertions assertions, TestKitSettings settings, Func<object, bool> fits)
    : IEventFilterApplier
{
    public void ExpectOne(Action action, CancellationToken cancellationToken = default) => Expect(1, action, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) => Expect(1, timeout, action, cancellationToken);

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default)
    {
        var result = default(T)!;
        ExpectOne(() => { result = func(); }, cancellationToken);
        return result;
    }

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Expect(expectedCount, settings.TestEventFilterLeeway, action, cancellationToken);

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default)
    {
        using var counter = new Counter(system, fits);
        action();
        // An event too many could still be on its way; as in Akka.NET only what has come by then counts.
        for (var i = 0; i < expectedCount && counter.Seen.Wait(timeout, cancellationToken); i++) { }
        Check(counter, expectedCount, timeout);
    }

    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) => ExpectAsync(1, actionAsync, cancellationToken);

    public async Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default)
    {
        using var counter = new Counter(system, fits);
        await actionAsync().ConfigureAwait(false);
        for (var i = 0; i < expectedCount && await counter.Seen.WaitAsync(settings.TestEventFilterLeeway, cancellationToken).ConfigureAwait(false); i++) { }
        Check(counter, expectedCount, settings.TestEventFilterLeeway);
    }

    public void Mute(Action action, CancellationToken cancellationToken = default)
    {
        using var counter = new Counter(system, fits);
        action();
    }

    private void Check(Counter counter, int expected, TimeSpan timeout)
    {
        var actual = counter.Count;
        if (actual != expected) assertions.Fail("{0}", $"Received {actual} of {expected} expected events within {timeout}.");
    }

    private sealed class Counter : IDisposable
    {
        private readonly ActorSystem _system;
        private readonly Func<object, bool> _intercept;
        private int _count;

        public Counter(ActorSystem system, Func<object, bool> fits)
        {
            _system = system;
            _intercept = e =>
            {
                if (!fits(e)) return false;
                Interlocked.Increment(ref _count);
                Seen.Release();
                return true;
            };
            system.EventStream.AddInterceptor(_intercept);
        }

        public SemaphoreSlim Seen { get; } = new(0);

        public int Count => Volatile.Read(ref _count);

        public void Dispose() => _system.EventStream.RemoveInterceptor(_intercept);
    }
}
