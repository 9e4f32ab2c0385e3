using PortSentry.Core;
using PortSentry.Journal;

namespace PortSentry.Daemon.Persistence;

/// <summary>
/// A part of the real journal that nobody else reads: ids under a prefix, no tags. What was written there is forgotten on disposal,
/// and what a killed process left there when the corner is made.
/// </summary>
internal sealed class JournalCorner : IEventJournal
{
    private const int MostIds = 1000;

    private readonly IEventJournal _journal;
    private readonly string _prefix;
    private readonly Lock _gate = new();
    private bool _closed;

    /// <exception cref="JournalException">The journal cannot be written.</exception>
    public JournalCorner(IEventJournal journal, string prefix)
    {
        (_journal, _prefix) = (journal, prefix);
        Clear();
    }

    public void Write(IReadOnlyList<JournalEntry> batch)
    {
        lock (_gate)
            if (!_closed) _journal.Write([.. batch.Select(entry => entry with { PersistenceId = _prefix + entry.PersistenceId, Tags = [] })]);
    }

    public IEnumerable<JournalEntry> Replay(string persistenceId, long fromSequenceNr = 1, long toSequenceNr = long.MaxValue, long max = long.MaxValue) =>
        _journal.Replay(_prefix + persistenceId, fromSequenceNr, toSequenceNr, max).Select(entry => entry with { PersistenceId = persistenceId });

    public long HighestSequenceNr(string persistenceId) => _journal.HighestSequenceNr(_prefix + persistenceId);

    public void DeleteTo(string persistenceId, long toSequenceNr) => _journal.DeleteTo(_prefix + persistenceId, toSequenceNr);

    public void SaveSnapshots(IReadOnlyList<JournalSnapshot> batch)
    {
        lock (_gate)
            if (!_closed) _journal.SaveSnapshots([.. batch.Select(snapshot => snapshot with { PersistenceId = _prefix + snapshot.PersistenceId })]);
    }

    public JournalSnapshot? LoadSnapshot(string persistenceId, SnapshotCriteria criteria) =>
        _journal.LoadSnapshot(_prefix + persistenceId, criteria) is { } found ? found with { PersistenceId = persistenceId } : null;

    public void DeleteSnapshots(string persistenceId, SnapshotCriteria criteria) => _journal.DeleteSnapshots(_prefix + persistenceId, criteria);

    public IReadOnlyList<JournalEntry> ReadByTag(string tag, long afterOrdering, int max) => [];

    public IReadOnlyList<JournalEntry> ReadLatestByTag(string tag, long beforeOrdering, int max) => [];

    public IReadOnlyList<string> PersistenceIds(string prefix, string? after, int max) =>
        [.. _journal.PersistenceIds(_prefix + prefix, after is null ? null : _prefix + after, max).Select(id => id[_prefix.Length..])];

    public IdlePage FindIdle(string prefix, Instant before, long afterOrdering, int maxRows) => _journal.FindIdle(_prefix + prefix, before, afterOrdering, maxRows);

    public void Forget(IReadOnlyCollection<string> persistenceIds) => _journal.Forget([.. persistenceIds.Select(id => _prefix + id)]);

    public JournalSize Size() => _journal.Size();

    public long Reclaim(long maxBytes) => _journal.Reclaim(maxBytes);

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            Clear();
        }
    }

    private void Clear()
    {
        if (_journal.PersistenceIds(_prefix, null, MostIds) is { Count: > 0 } ids) _journal.Forget(ids);
    }
}
