namespace PortSentry.Journal;

/// <summary>Space on disk, in bytes.</summary>
/// <param name="Total">Tables, indexes and write-ahead log.</param>
/// <param name="Free">Part of <paramref name="Total"/> that deletions left and new events will fill first.</param>
/// <param name="Log">Part of <paramref name="Total"/> in the write-ahead log; 0 where the log serves more than this journal.</param>
public sealed record JournalSize(long Total, long Free, long Log);

/// <summary>A step of <see cref="IEventJournal.FindIdle"/>.</summary>
/// <param name="PersistenceIds">Ids seen in this step whose last event and snapshot are older than the moment asked for.</param>
/// <param name="NextOrdering">Where the next step begins; null when the search is at its end.</param>
public sealed record IdlePage(IReadOnlyList<string> PersistenceIds, long? NextOrdering);
