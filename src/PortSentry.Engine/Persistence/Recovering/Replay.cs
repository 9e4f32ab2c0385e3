namespace PortSentry.Engine.Persistence.Recovering;

/// <summary>
/// Brings an actor back: a permit, the snapshot, the events, RecoveryCompleted. It runs in the actor's own turns, so
/// nothing is buffered; commands wait until it has ended.
/// </summary>
internal static class Replay
{
    public static void Start(Eventsourced actor, PersistenceExtension persistence) =>
        ActorTaskScheduler.RunTask(() => RunAsync(actor, persistence));

    private static async Task RunAsync(Eventsourced actor, PersistenceExtension persistence)
    {
        long highest;
        object? current = null;
        await persistence.Permits.WaitAsync();
        try
        {
            await persistence.Writer.CatchUp(actor.PersistenceId);
            if (Left(actor)) return;
            var recovery = actor.Recovery;
            var store = persistence.Store;
            var id = actor.PersistenceId;
            if (!recovery.FromSnapshot.Equals(SnapshotSelectionCriteria.None)
                && await store.LoadSnapshotAsync(id, recovery.FromSnapshot.Limit(recovery.ToSequenceNr), CancellationToken.None) is { } snapshot)
            {
                if (Left(actor)) return;
                actor.LastSequenceNr = snapshot.Metadata.SequenceNr;
                var offer = new SnapshotOffer(snapshot.Metadata, snapshot.Snapshot);
                current = offer;
                actor.Recovered(offer);
                current = null;
            }

            highest = await store.HighestSequenceNrAsync(id, CancellationToken.None);
            var from = actor.LastSequenceNr + 1;
            var to = Math.Min(recovery.ToSequenceNr, highest);
            if (from <= to && recovery.ReplayMax > 0)
            {
                await foreach (var record in store.ReadAsync(id, from, to, recovery.ReplayMax, CancellationToken.None))
                {
                    if (Left(actor)) return;
                    actor.LastSequenceNr = record.SequenceNr;
                    current = record.Event;
                    actor.Recovered(record.Event);
                    current = null;
                }
            }
        }
        catch (Exception e)
        {
            if (Left(actor)) return;
            try
            {
                actor.ReplayFailed(e, current);
            }
            finally
            {
                actor.Cell.StopSelf();
            }

            // Never to take a command: the stop is on its way, and the hold of this task ends before it.
            actor.Cell.Hold(ActorCell.HeldByLifecycle);
            return;
        }
        finally
        {
            persistence.Permits.Release();
        }

        if (!Left(actor)) actor.ReplaySucceeded(highest);
    }

    // Restarted or stopped while a read was under way: this instance is nobody's state any more.
    private static bool Left(Eventsourced actor) => !ReferenceEquals(actor.Cell.Actor, actor) || actor.Cell.IsTerminating;
}
