using PortSentry.Core;
using PortSentry.Journal;

namespace PortSentry.Daemon.Tests.Persistence;

/// <summary>A real journal that fails while told to.</summary>
internal sealed class FaultyJournal(IEventJournal inner) : IEventJournal
{
    /// <summary>What every call fails with; null is none.</summary>
    public JournalFailure? Fault { get; set; }

    public int Tries { get; private set; }

    public void Write(IReadOnlyList<JournalEntry> batch)
    {
        Tries++;
        Check();
        inner.Write(batch);
    }

    public IEnumerable<JournalEntry> Replay(string persistenceId, long fromSequenceNr = 1, long toSequenceNr = long.MaxValue, long max = long.MaxValue)
    {
        Check();
        return inner.Replay(persistenceId, fromSequenceNr, toSequenceNr, max);
    }

    public long HighestSequenceNr(string persistenceId)
    {
        Check();
        return inner.HighestSequenceNr(persistenceId);
    }

    public void DeleteTo(string persistenceId, long toSequenceNr) => inner.DeleteTo(persistenceId, toSequenceNr);

    public void SaveSnapshots(IReadOnlyList<JournalSnapshot> batch) => inner.SaveSnapshots(batch);

    public JournalSnapshot? LoadSnapshot(string persistenceId, SnapshotCriteria criteria)
    {
        Check();
        return inner.LoadSnapshot(persistenceId, criteria);
    }

    public void DeleteSnapshots(string persistenceId, SnapshotCriteria criteria) => inner.DeleteSnapshots(persistenceId, criteria);

    public IReadOnlyList<JournalEntry> ReadByTag(string tag, long afterOrdering, int max) => inner.ReadByTag(tag, afterOrdering, max);

    public IReadOnlyList<JournalEntry> ReadLatestByTag(string tag, long beforeOrdering, int max) => inner.ReadLatestByTag(tag, beforeOrdering, max);

    public IReadOnlyList<string> PersistenceIds(string prefix, string? after, int max) => inner.PersistenceIds(prefix, after, max);

    public IdlePage FindIdle(string prefix, Instant before, long afterOrdering, int maxRows) => inner.FindIdle(prefix, before, afterOrdering, maxRows);

    public void Forget(IReadOnlyCollection<string> persistenceIds) => inner.Forget(persistenceIds);

    public JournalSize Size() => inner.Size();

    public long Reclaim(long maxBytes) => inner.Reclaim(maxBytes);

    public void Dispose() => inner.Dispose();

    private void Check()
    {
        if (Fault is { } fault) throw new JournalException(fault, $"journal.db: {fault}");
    }
}
