using PortSentry.Engine.Event;
using PortSentry.Engine.Persistence.Journal;
using PortSentry.Engine.Persistence.Recovering;

namespace PortSentry.Engine.Persistence;

/// <summary>
/// An actor whose state is the sum of its events. A command persists events and acts on them when they are written;
/// commands that come meanwhile wait (Persist) or do not (PersistAsync). A failed write stops the actor, because
/// nobody knows whether it is in the journal: the next incarnation recovers what is.
/// </summary>
public abstract class Eventsourced : ActorBase
{
    private readonly PersistenceExtension _extension;
    private WriteRequest? _turn;
    private Queue<JournalRequest>? _late;
    private long _sequenceNr;
    private int _holding;
    private int _pending;
    private int _underWay;

    protected Eventsourced() => _extension = PersistenceExtension.Of(Cell.System);

    protected virtual ILoggingAdapter Log => Logging.GetLogger(Cell);

    /// <summary>Must never change for this entity, and never be used by two actors at a time.</summary>
    public abstract string PersistenceId { get; }

    public virtual Recovery Recovery => Recovery.Default;

    public IStash Stash
    {
        get => Cell.Extras.Stash ??= new ActorStash(Cell);
        set => Cell.Extras.Stash = (ActorStash)value;
    }

    public string SnapshotterId => PersistenceId;

    public bool IsRecovering { get; private set; } = true;

    public bool IsRecoveryFinished => !IsRecovering;

    /// <summary>The number of the event that was handled or recovered last.</summary>
    public long LastSequenceNr { get; internal set; }

    public long SnapshotSequenceNr => LastSequenceNr;

    protected abstract bool ReceiveRecover(object message);

    protected abstract bool ReceiveCommand(object message);

    protected sealed override bool Receive(object message) => ReceiveCommand(message);

    /// <summary>Writes the event, then calls the handler, and only then lets the next command in.</summary>
    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler) => Add(@event, handler, NextNumber(), true);

    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler)
    {
        foreach (var each in events) Persist(each, handler);
    }

    /// <summary>Writes the event and calls the handler later; commands go on meanwhile.</summary>
    public void PersistAsync<TEvent>(TEvent @event, Action<TEvent> handler) => Add(@event, handler, NextNumber(), false);

    public void PersistAllAsync<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler)
    {
        foreach (var each in events) PersistAsync(each, handler);
    }

    /// <summary>Calls the handler after those of all events persisted before, at once when there are none. Nothing is written.</summary>
    public void DeferAsync<TEvent>(TEvent evt, Action<TEvent> handler)
    {
        if (IsRecovering) throw new InvalidOperationException("Cannot defer during replay. Events can be deferred when receiving RecoveryCompleted or later.");
        if (_pending == 0) handler(evt);
        else Add(evt, handler, 0, false);
    }

    /// <summary>Keeps the state as of <see cref="SnapshotSequenceNr"/>; answered with SaveSnapshotSuccess or SaveSnapshotFailure.</summary>
    /// <param name="snapshot">Must not change afterwards: it is written later, on another thread.</param>
    public void SaveSnapshot(object snapshot)
    {
        var metadata = new SnapshotMetadata(SnapshotterId, SnapshotSequenceNr, Cell.System.Scheduler.Now.UtcDateTime);
        Submit(store => store.SaveSnapshotAsync(metadata, snapshot, CancellationToken.None),
            new SaveSnapshotSuccess(metadata), e => new SaveSnapshotFailure(metadata, e));
    }

    public void DeleteSnapshot(long sequenceNr)
    {
        var metadata = new SnapshotMetadata(SnapshotterId, sequenceNr);
        var only = new SnapshotSelectionCriteria(sequenceNr, DateTime.MaxValue, sequenceNr);
        Submit(store => store.DeleteSnapshotsAsync(metadata.PersistenceId, only, CancellationToken.None),
            new DeleteSnapshotSuccess(metadata), e => new DeleteSnapshotFailure(metadata, e));
    }

    public void DeleteSnapshots(SnapshotSelectionCriteria criteria)
    {
        var id = SnapshotterId;
        Submit(store => store.DeleteSnapshotsAsync(id, criteria, CancellationToken.None),
            new DeleteSnapshotsSuccess(criteria), e => new DeleteSnapshotsFailure(criteria, e));
    }

    /// <summary>Deletes the events up to a number, that one included; their numbers are not used again.</summary>
    public void DeleteMessages(long toSequenceNr)
    {
        var id = PersistenceId;
        Submit(store => store.DeleteEventsAsync(id, toSequenceNr, CancellationToken.None),
            new DeleteMessagesSuccess(toSequenceNr), e => new DeleteMessagesFailure(e, toSequenceNr));
    }

    protected virtual void OnReplaySuccess() { }

    /// <summary>The actor stops afterwards.</summary>
    protected virtual void OnRecoveryFailure(Exception reason, object? message = null)
    {
        if (message is null) Log.Error(reason, "Persistence failure when replaying events for persistenceId [{0}]. Last known sequence number [{1}]", PersistenceId, LastSequenceNr);
        else Log.Error(reason, "Exception in ReceiveRecover when replaying event type [{0}] with sequence number [{1}] for persistenceId [{2}]", message.GetType(), LastSequenceNr, PersistenceId);
    }

    /// <summary>The actor stops afterwards.</summary>
    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "Failed to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}].", @event.GetType(), sequenceNr, PersistenceId);

    /// <summary>The event was not written and its handler is not called. The actor goes on.</summary>
    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "Rejected to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}] due to [{3}].", @event.GetType(), sequenceNr, PersistenceId, cause.Message);

    protected override void Unhandled(object message)
    {
        if (message is RecoveryCompleted) return;
        base.Unhandled(message);
    }

    /// <summary>Runs asynchronous code as part of the current command: the mailbox waits for its end.</summary>
    protected static void RunTask(Func<Task> action) => ActorTaskScheduler.RunTask(action);

    public override void AroundPreStart()
    {
        if (PersistenceId is null) throw new ArgumentNullException(nameof(PersistenceId), $"PersistenceId is [null] for PersistentActor [{Self.Path}]");
        base.AroundPreStart();
        Replay.Start(this, _extension);
    }

    public override void AroundPostRestart(Exception cause, object message)
    {
        base.AroundPostRestart(cause, message);
        Replay.Start(this, _extension);
    }

    public override void AroundPreRestart(Exception cause, object message)
    {
        Flush();
        base.AroundPreRestart(cause, message);
    }

    internal override bool Handle(Receive? behavior, object message)
    {
        var handled = base.Handle(behavior, message);
        if (_turn is not null && !Cell.IsHeldBy(ActorCell.HeldByTask)) Flush();
        return handled;
    }

    internal override void TaskEnded() => Settle();

    internal override void Resumed() => Settle();

    internal void Recovered(object message)
    {
        if (!ReceiveRecover(message)) Unhandled(message);
    }

    internal void ReplayFailed(Exception reason, object? message) => OnRecoveryFailure(reason, message);

    internal void ReplaySucceeded(long highest)
    {
        _sequenceNr = LastSequenceNr = Math.Max(highest, LastSequenceNr);
        IsRecovering = false;
        OnReplaySuccess();
        Recovered(RecoveryCompleted.Instance);
    }

    /// <summary>A request has come back. While the actor is busy or failed it waits like any message would.</summary>
    internal void Done(JournalRequest request)
    {
        _underWay--;
        if (Cell.IsSuspended || Cell.IsHeldBy(ActorCell.HeldByTask) || _late is { Count: > 0 }) (_late ??= new Queue<JournalRequest>()).Enqueue(request);
        else request.Report();
    }

    internal override void Discard()
    {
        if (_underWay > 0) _extension.Writer.Orphan(this);
    }

    internal void Written(WriteRequest request)
    {
        Cell.CurrentSender = request.Sender;
        try
        {
            while (request.Take() is { } next)
            {
                if (!Handle(next, request.Failure)) return;
            }
        }
        catch (Exception) when (!request.IsEmpty)
        {
            // A handler has failed. If the supervisor resumes this instance, the rest is still to be handled.
            (_late ??= new Queue<JournalRequest>()).Enqueue(request);
            throw;
        }

        Flush();
    }

    private bool Handle(Invocation invocation, Exception? failure)
    {
        _pending--;
        if (invocation.Holds && --_holding == 0) Cell.Release(ActorCell.HeldByPersist);
        if (failure is null || invocation.SequenceNr == 0)
        {
            if (invocation.SequenceNr > 0) LastSequenceNr = invocation.SequenceNr;
            Cell.CurrentMessage = invocation.Payload;
            invocation.Invoke();
        }
        else if (failure is EventRejectedException)
        {
            OnPersistRejected(failure, invocation.Payload, invocation.SequenceNr);
        }
        else
        {
            Fail(failure, invocation);
            return false;
        }

        return true;
    }

    private void Fail(Exception cause, Invocation failed)
    {
        Cell.Hold(ActorCell.HeldByPersist);
        try
        {
            OnPersistFailure(cause, failed.Payload, failed.SequenceNr);
        }
        finally
        {
            Cell.StopSelf();
        }
    }

    private void Settle()
    {
        Flush();
        while (_late is { Count: > 0 } && !Cell.IsSuspended && !Cell.IsHeldBy(ActorCell.HeldByTask)) _late.Dequeue().Report();
    }

    private long NextNumber()
    {
        if (IsRecovering) throw new InvalidOperationException("Cannot persist during replay. Events can be persisted when receiving RecoveryCompleted or later.");
        return ++_sequenceNr;
    }

    private void Add<TEvent>(TEvent @event, Action<TEvent> handler, long sequenceNr, bool holds)
    {
        _turn ??= new WriteRequest(this, Cell.CurrentSender);
        _turn.Add(new Invocation<TEvent>(@event, handler, sequenceNr, Cell.System.Scheduler.Now.UtcDateTime, holds));
        _pending++;
        if (holds) _holding++;
    }

    private void Flush()
    {
        if (_turn is not { } turn) return;
        _turn = null;
        if (_holding > 0) Cell.Hold(ActorCell.HeldByPersist);
        _underWay++;
        _extension.Writer.Submit(turn, Cell);
    }

    private void Submit(Func<IEventStore, ValueTask> run, object success, Func<Exception, object> failure)
    {
        Flush();
        _underWay++;
        _extension.Writer.Submit(new StoreRequest(this, run, success, failure), Cell);
    }
}
