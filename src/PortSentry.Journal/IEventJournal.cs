using PortSentry.Core;

namespace PortSentry.Journal;

/// <summary>
/// The event store: append-only events and snapshots by persistence id, in the default tables of Akka.Persistence.Sql 1.5.
/// One writer, many readers; every member may be called from any thread. Calls block: SQLite has no asynchronous I/O, the
/// engine's writer has a thread of its own, and whoever replays bounds how many replays run at once.
/// </summary>
/// <remarks>Every member throws <see cref="JournalException"/> where the store fails; it says whether trying again may help.</remarks>
public interface IEventJournal : IDisposable
{
    /// <summary>
    /// Writes a batch, all or nothing; when it returns, a kill of this process loses none of it. An entry that this journal
    /// instance wrote before with the same payload is passed over, so a batch whose outcome is unknown may simply be tried again.
    /// </summary>
    /// <exception cref="JournalException">
    /// <see cref="JournalFailure.Duplicate"/>: another event has the sequence number of one entry (named in the exception);
    /// nothing of the batch is stored. A caller that commits for several actors then writes each actor's entries alone.
    /// </exception>
    void Write(IReadOnlyList<JournalEntry> batch);

    /// <summary>
    /// Events of one id in ascending order, both bounds inclusive, deleted ones left out, tags not read. Streams in pages:
    /// no read transaction stays open between two elements.
    /// </summary>
    /// <param name="max">At most so many events.</param>
    IEnumerable<JournalEntry> Replay(string persistenceId, long fromSequenceNr = 1, long toSequenceNr = long.MaxValue, long max = long.MaxValue);

    /// <summary>The highest sequence number ever written for the id, deleted events included; 0 for an unknown id.</summary>
    long HighestSequenceNr(string persistenceId);

    /// <summary>
    /// Deletes events up to and including a number. As in Akka.Persistence.Sql, the last of the deleted rows stays, marked, so
    /// that the highest number is kept; its payload is emptied.
    /// </summary>
    void DeleteTo(string persistenceId, long toSequenceNr);

    /// <summary>Stores snapshots, all or nothing; one of the same id and sequence number is replaced.</summary>
    void SaveSnapshots(IReadOnlyList<JournalSnapshot> batch);

    /// <summary>The snapshot with the highest sequence number that meets the criteria, or null.</summary>
    JournalSnapshot? LoadSnapshot(string persistenceId, SnapshotCriteria criteria);

    /// <summary>Deletes the snapshots that meet the criteria.</summary>
    void DeleteSnapshots(string persistenceId, SnapshotCriteria criteria);

    /// <summary>Events with a tag, oldest first, with all their tags and <see cref="JournalEntry.Ordering"/>.</summary>
    /// <param name="afterOrdering">Exclusive; 0 begins at the beginning, the last entry's ordering goes on from there.</param>
    IReadOnlyList<JournalEntry> ReadByTag(string tag, long afterOrdering, int max);

    /// <summary>Events with a tag, newest first.</summary>
    /// <param name="beforeOrdering">Exclusive; <see cref="long.MaxValue"/> begins at the end.</param>
    IReadOnlyList<JournalEntry> ReadLatestByTag(string tag, long beforeOrdering, int max);

    /// <summary>Ids that begin with a prefix, in order of their UTF-8 bytes; ids whose events are all deleted are among them.</summary>
    /// <param name="after">Exclusive; the last id of the page before, or null.</param>
    IReadOnlyList<string> PersistenceIds(string prefix, string? after, int max);

    /// <summary>
    /// One step of the search for ids that nothing was written to since a moment. Looks at <paramref name="maxRows"/> events in
    /// the order of writing, so a search costs no index and no long scan at once.
    /// </summary>
    /// <param name="afterOrdering">0, then <see cref="IdlePage.NextOrdering"/> of the page before.</param>
    IdlePage FindIdle(string prefix, Instant before, long afterOrdering, int maxRows);

    /// <summary>
    /// Removes every trace of these ids: events, tags, snapshots and the highest number. Only for ids with no running actor:
    /// one that still counts would collide with nothing and leave a gap.
    /// </summary>
    void Forget(IReadOnlyCollection<string> persistenceIds);

    JournalSize Size();

    /// <summary>Gives space that deletions left back to the file system, at most <paramref name="maxBytes"/> in this call.</summary>
    /// <returns>Bytes given back; 0 where the store does that by itself (PostgreSQL's autovacuum).</returns>
    long Reclaim(long maxBytes);
}
