namespace PortSentry.Engine.Persistence;

/// <summary>
/// Where events and snapshots are kept. Writes, snapshots and deletions come one at a time, from the journal's
/// writer; reads come from many actors at once, and also while a write is under way.
/// </summary>
public interface IEventStore
{
    /// <summary>Makes all events durable, or none. The list is the caller's again when the task has ended.</summary>
    /// <exception cref="EventRejectedException">An event cannot be stored as it is (no serialiser); the store itself is well.</exception>
    /// <exception cref="Exception">Any other: the store has failed, and the actors concerned stop.</exception>
    ValueTask WriteAsync(IReadOnlyList<EventRecord> batch, CancellationToken cancellationToken);

    /// <summary>The events of one actor in the order of their numbers, both ends included, at most <paramref name="max"/>.</summary>
    IAsyncEnumerable<EventRecord> ReadAsync(string persistenceId, long fromSequenceNr, long toSequenceNr, long max, CancellationToken cancellationToken);

    /// <summary>The highest number ever written, also when that event has been deleted; 0 for an unknown actor.</summary>
    ValueTask<long> HighestSequenceNrAsync(string persistenceId, CancellationToken cancellationToken);

    ValueTask DeleteEventsAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken);

    /// <summary>Replaces a snapshot of the same number.</summary>
    ValueTask SaveSnapshotAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken);

    /// <summary>The newest snapshot that the criteria allow, or null.</summary>
    ValueTask<SelectedSnapshot?> LoadSnapshotAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken);

    ValueTask DeleteSnapshotsAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken);
}

/// <param name="SequenceNr">1 for an actor's first event, then without gaps.</param>
/// <param name="Timestamp">UTC, when the actor handed the event in.</param>
public readonly record struct EventRecord(
    string PersistenceId,
    long SequenceNr,
    object Event,
    IReadOnlyCollection<string> Tags,
    DateTime Timestamp);

/// <summary>This event cannot be stored. The actor goes on: see OnPersistRejected.</summary>
public sealed class EventRejectedException(string message, Exception? innerException = null) : Exception(message, innerException);
