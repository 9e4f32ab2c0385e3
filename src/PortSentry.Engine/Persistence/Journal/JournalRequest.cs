using PortSentry.Engine.Dispatch;

namespace PortSentry.Engine.Persistence.Journal;

/// <summary>
/// Something the writer does for an actor. The request itself goes back to the actor when it is done, ahead of the
/// actor's mailbox.
/// </summary>
internal abstract class JournalRequest(Eventsourced actor) : SystemMessage
{
    public Eventsourced Actor { get; } = actor;

    public Exception? Failure { get; set; }

    /// <summary>The writer's queue was full: the actor waits for this request before it takes another message.</summary>
    public bool HoldsActor { get; set; }

    /// <summary>Events in it.</summary>
    public virtual int Weight => 0;

    /// <summary>Not asked of a <see cref="WriteRequest"/>, which the writer joins with others.</summary>
    public abstract ValueTask RunAsync(IEventStore store);

    /// <summary>On the writer's thread.</summary>
    public virtual void Answer() => Actor.Cell.SendSystem(this);

    internal sealed override void Apply(ActorCell cell)
    {
        // A restart meanwhile: the new instance has recovered what was written, and asked for none of this.
        if (!ReferenceEquals(cell.Actor, Actor) || cell.IsTerminating) return;
        if (HoldsActor) cell.Release(ActorCell.HeldByJournal);
        Actor.Done(this);
    }

    /// <summary>In the actor's turn.</summary>
    public abstract void Report();
}

internal sealed class StoreRequest(Eventsourced actor, Func<IEventStore, ValueTask> run, object success, Func<Exception, object> failure)
    : JournalRequest(actor)
{
    public override ValueTask RunAsync(IEventStore store) => run(store);

    public override void Report() => Actor.Cell.Tell(Failure is null ? success : failure(Failure), ActorRefs.NoSender);
}

/// <summary>Passed when all that was handed in before it is done: a new incarnation reads no sooner.</summary>
internal sealed class Barrier(Eventsourced actor, JournalWriter writer) : JournalRequest(actor)
{
    private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Passed => _passed.Task;

    public override ValueTask RunAsync(IEventStore store) => ValueTask.CompletedTask;

    public override void Answer()
    {
        writer.Forget(this);
        _passed.SetResult();
    }

    public override void Report() { }
}
