using PortSentry.Core;

namespace PortSentry.Journal;

/// <summary>What keeps the journal from growing for ever.</summary>
public static class Growth
{
    /// <summary>
    /// After a snapshot at <paramref name="sequenceNr"/>: older snapshots of the id go, and so do its events up to that number but
    /// for the newest <paramref name="keepEvents"/>. More kept events let <c>history</c> and <c>why</c> show more (about 300 bytes each).
    /// </summary>
    public static void CompactBehindSnapshot(this IEventJournal journal, string persistenceId, long sequenceNr, long keepEvents = 0)
    {
        if (sequenceNr - keepEvents >= 1) journal.DeleteTo(persistenceId, sequenceNr - keepEvents);
        if (sequenceNr > 1) journal.DeleteSnapshots(persistenceId, SnapshotCriteria.UpTo(sequenceNr - 1));
    }

    /// <summary>
    /// Forgets ids that begin with <paramref name="prefix"/> and that nothing was written to since <paramref name="before"/>, step
    /// by step, so that the writer never waits longer than one step takes.
    /// </summary>
    /// <param name="mayForget">False for an id whose actor runs or whose block is in force.</param>
    /// <returns>Ids forgotten.</returns>
    public static int ForgetIdle(this IEventJournal journal, string prefix, Instant before, Func<string, bool> mayForget, CancellationToken cancellation = default)
    {
        const int Step = 1000;
        var forgotten = 0;
        for (long? from = 0; from is { } ordering;)
        {
            cancellation.ThrowIfCancellationRequested();
            var page = journal.FindIdle(prefix, before, ordering, Step);
            var ids = page.PersistenceIds.Where(mayForget).ToArray();
            if (ids.Length > 0) journal.Forget(ids);
            forgotten += ids.Length;
            from = page.NextOrdering;
        }

        return forgotten;
    }
}
