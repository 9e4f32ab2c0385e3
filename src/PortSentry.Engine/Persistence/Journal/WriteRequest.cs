namespace PortSentry.Engine.Persistence.Journal;

/// <summary>What an actor persisted in one turn: written as one, handled in order.</summary>
internal sealed class WriteRequest(Eventsourced actor, IActorRef? sender) : JournalRequest(actor)
{
    private Invocation? _first;
    private Invocation? _last;
    private int _weight;

    public IActorRef? Sender { get; } = sender;

    public bool IsEmpty => _first is null;

    public override int Weight => _weight;

    public void Add(Invocation invocation)
    {
        if (_last is null) _first = invocation;
        else _last.Next = invocation;
        _last = invocation;
        if (invocation.SequenceNr > 0) _weight++;
    }

    /// <summary>The next one to handle, which is then no more in the request; null when all are.</summary>
    public Invocation? Take()
    {
        var first = _first;
        _first = first?.Next;
        return first;
    }

    public void AddTo(List<EventRecord> batch)
    {
        for (var each = _first; each is not null; each = each.Next)
        {
            if (each.SequenceNr == 0) continue;
            var payload = each.Payload;
            batch.Add(payload is Tagged tagged
                ? new EventRecord(Actor.PersistenceId, each.SequenceNr, tagged.Payload, tagged.Tags, each.Timestamp)
                : new EventRecord(Actor.PersistenceId, each.SequenceNr, payload, [], each.Timestamp));
        }
    }

    public override ValueTask RunAsync(IEventStore store)
    {
        if (_weight == 0) return ValueTask.CompletedTask;
        var batch = new List<EventRecord>(_weight);
        AddTo(batch);
        return store.WriteAsync(batch, CancellationToken.None);
    }

    public override void Report() => Actor.Written(this);
}

/// <summary>An event and what the actor does when it is written.</summary>
internal abstract class Invocation(long sequenceNr, DateTime timestamp, bool holds)
{
    public Invocation? Next { get; set; }

    /// <summary>0: deferred only, not written.</summary>
    public long SequenceNr { get; } = sequenceNr;

    public DateTime Timestamp { get; } = timestamp;

    /// <summary>Commands wait for it (Persist), or do not (PersistAsync).</summary>
    public bool Holds { get; } = holds;

    public abstract object Payload { get; }

    public abstract void Invoke();
}

internal sealed class Invocation<TEvent>(TEvent @event, Action<TEvent> handler, long sequenceNr, DateTime timestamp, bool holds)
    : Invocation(sequenceNr, timestamp, holds)
{
    public override object Payload => @event!;

    public override void Invoke() => handler(@event);
}
