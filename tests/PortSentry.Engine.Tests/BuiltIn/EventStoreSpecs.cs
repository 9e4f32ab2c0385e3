using System.Runtime.CompilerServices;
using PortSentry.Engine.Actor.Setup;

namespace PortSentry.EngineSpecs.BuiltIn;

/// <summary>What only our engine has: the store it is given, the bounds of its writer.</summary>
public sealed class EventStoreSpecs : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FlakyStore _store = new();
    private readonly ActorSystem _system;

    public EventStoreSpecs() => _system = ActorSystem.Create("store", ActorSystemSetup.Create(
        new PersistenceSetup(_store) { MaxWaiting = 4, MaxBatch = 1000 }, new LogSetup(static _ => { }, LogLevel.ErrorLevel)));

    private sealed class Writer : ReceivePersistentActor
    {
        private readonly TaskCompletionSource<string>? _told;

        public Writer(string id, TaskCompletionSource<string>? told)
        {
            PersistenceId = id;
            _told = told;
            var written = 0;
            Command<string>(s => Persist(s, e => Sender.Tell($"{e} {++written}", Self)));
            Command<int>(n =>
            {
                for (var i = 0; i < n; i++) PersistAsync($"async {i}", _ => written++);
            });
            Command<bool>(_ => Sender.Tell(written, Self));
            Command<object[]>(state => SaveSnapshot(state[0]));
            Command<SaveSnapshotSuccess>(saved => told?.TrySetResult($"saved {saved.Metadata.SequenceNr}"));
            Command<SaveSnapshotFailure>(failed => told?.TrySetResult($"not saved {failed.Metadata.SequenceNr}: {failed.Cause.Message}"));
        }

        public override string PersistenceId { get; }

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _told?.TrySetResult($"failed {@event} {sequenceNr}");

        protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => _told?.TrySetResult($"rejected {@event} {sequenceNr}");
    }

    private sealed class FlakyStore : IEventStore
    {
        private readonly InMemoryEventStore _inner = new();

        public SemaphoreSlim Gate { get; } = new(1000);

        public List<int> Batches { get; } = [];

        public async ValueTask WriteAsync(IReadOnlyList<EventRecord> batch, CancellationToken cancellationToken)
        {
            await Gate.WaitAsync(cancellationToken);
            if (batch.Any(e => e.Event is "broken")) throw new IOException("disk full");
            if (batch.Any(e => e.Event is "odd")) throw new EventRejectedException("no serialiser");
            lock (Batches) Batches.Add(batch.Count);
            await _inner.WriteAsync(batch, cancellationToken);
        }

        public async IAsyncEnumerable<EventRecord> ReadAsync(
            string persistenceId, long fromSequenceNr, long toSequenceNr, long max, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var e in _inner.ReadAsync(persistenceId, fromSequenceNr, toSequenceNr, max, cancellationToken)) yield return e;
        }

        public ValueTask<long> HighestSequenceNrAsync(string persistenceId, CancellationToken cancellationToken) => _inner.HighestSequenceNrAsync(persistenceId, cancellationToken);

        public ValueTask DeleteEventsAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) => _inner.DeleteEventsAsync(persistenceId, toSequenceNr, cancellationToken);

        public ValueTask SaveSnapshotAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken) =>
            snapshot is "broken" ? throw new IOException("disk full") : _inner.SaveSnapshotAsync(metadata, snapshot, cancellationToken);

        public ValueTask<SelectedSnapshot?> LoadSnapshotAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) => _inner.LoadSnapshotAsync(persistenceId, criteria, cancellationToken);

        public ValueTask DeleteSnapshotsAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) => _inner.DeleteSnapshotsAsync(persistenceId, criteria, cancellationToken);
    }

    private (IActorRef Actor, Task<string> Told) NewWriter(string id)
    {
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        return (_system.ActorOf(Props.Create(() => new Writer(id, told))), told.Task);
    }

    [Fact]
    public async Task A_failed_write_tells_the_actor_and_stops_it()
    {
        var (writer, told) = NewWriter("broken");
        var gone = writer.WatchAsync();
        writer.Tell("broken", ActorRefs.NoSender);
        Assert.Equal("failed broken 1", await told.WaitAsync(Patience));
        Assert.True(await gone.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_rejected_event_costs_neither_its_actor_nor_its_neighbours_in_the_batch()
    {
        Drain(_store.Gate);
        var (odd, told) = NewWriter("odd");
        var (fine, _) = NewWriter("fine");
        var (first, _) = NewWriter("first");
        var opened = first.Ask<string>("opens the batch", Patience);
        await Task.Yield();
        odd.Tell("odd", ActorRefs.NoSender);
        var answer = fine.Ask<string>("fine", Patience);
        _store.Gate.Release(100);
        Assert.Equal("opens the batch 1", await opened);
        Assert.Equal("fine 1", await answer);
        Assert.Equal("rejected odd 1", await told.WaitAsync(Patience));
        Assert.Equal("next 1", await odd.Ask<string>("next", Patience));
    }

    [Fact]
    public async Task A_snapshot_that_is_not_saved_is_told_and_costs_nothing_else()
    {
        var (writer, told) = NewWriter("snapshot");
        Assert.Equal("fine 1", await writer.Ask<string>("fine", Patience));
        writer.Tell(new object[] { "broken" }, ActorRefs.NoSender);
        Assert.Equal("not saved 1: disk full", await told.WaitAsync(Patience));
        Assert.Equal("next 2", await writer.Ask<string>("next", Patience));
    }

    [Fact]
    public async Task Writes_that_wait_go_into_one_transaction()
    {
        using var system = ActorSystem.Create("roomy", ActorSystemSetup.Create(new PersistenceSetup(_store)));
        Drain(_store.Gate);
        var writers = Enumerable.Range(0, 50).Select(i => system.ActorOf(Props.Create(() => new Writer($"w{i}", null)))).ToArray();
        foreach (var writer in writers) writer.Tell(1, ActorRefs.NoSender);
        // An answer says that the event is with the writer, which waits at the gate.
        foreach (var writer in writers) Assert.Equal(0, await writer.Ask<int>(true, Patience));
        _store.Gate.Release(100);
        foreach (var writer in writers)
        {
            while (await writer.Ask<int>(true, Patience) == 0) await Task.Yield();
        }

        lock (_store.Batches)
        {
            Assert.Equal(50, _store.Batches.Sum());
            Assert.True(_store.Batches.Count <= 2, $"{_store.Batches.Count} transactions for 50 events");
        }
    }

    [Fact]
    public async Task An_actor_that_outruns_the_writer_is_held_until_its_events_are_written()
    {
        Drain(_store.Gate);
        var (writer, _) = NewWriter("fast");
        writer.Tell(10, ActorRefs.NoSender);
        var asked = writer.Ask<int>(true, Patience);
        await Task.Delay(50);
        Assert.False(asked.IsCompleted);
        _store.Gate.Release(100);
        Assert.Equal(10, await asked);
    }

    [Fact]
    public async Task The_systems_clock_can_be_turned()
    {
        var clock = new ManualTimeProvider();
        using var system = ActorSystem.Create("clock", ActorSystemSetup.Create(new TimeProviderSetup(clock)));
        var ticked = new TaskCompletionSource();
        system.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromHours(1), ticked.SetResult);
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.False(ticked.Task.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(ticked.Task.IsCompleted);
        await system.Terminate();
    }

    public void Dispose()
    {
        _store.Gate.Release(1000);
        _system.Dispose();
        _store.Gate.Dispose();
    }

    private static void Drain(SemaphoreSlim gate)
    {
        while (gate.Wait(0)) { }
    }
}
