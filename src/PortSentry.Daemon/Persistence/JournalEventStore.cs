using System.Runtime.CompilerServices;
using PortSentry.Core;
using PortSentry.Engine.Persistence;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;

namespace PortSentry.Daemon.Persistence;

/// <summary>The built-in engine's persistence on our journal. The journal's calls block; the engine calls from its own writer and from the pool.</summary>
internal sealed class JournalEventStore(IEventJournal journal, EventSerialiser serialiser) : IEventStore
{
    public ValueTask WriteAsync(IReadOnlyList<EventRecord> batch, CancellationToken cancellationToken)
    {
        var entries = new JournalEntry[batch.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            var record = batch[i];
            if (!serialiser.Knows(record.Event.GetType())) throw new EventRejectedException($"{record.Event.GetType().Name} has no serialiser.");
            entries[i] = new JournalEntry(
                record.PersistenceId, record.SequenceNr, serialiser.ManifestOf(record.Event), serialiser.Serialise(record.Event),
                EventTags.For(record.PersistenceId, record.Event), At(record.Timestamp));
        }
        journal.Write(entries);
        return ValueTask.CompletedTask;
    }

    public async IAsyncEnumerable<EventRecord> ReadAsync(
        string persistenceId, long fromSequenceNr, long toSequenceNr, long max, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var entry in journal.Replay(persistenceId, fromSequenceNr, toSequenceNr, max))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var happened = Decode(entry.Manifest, entry.Payload);
            yield return new EventRecord(persistenceId, entry.SequenceNr, happened, [], entry.Created.ToDateTimeOffset().UtcDateTime);
        }
    }

    public ValueTask<long> HighestSequenceNrAsync(string persistenceId, CancellationToken cancellationToken) => ValueTask.FromResult(journal.HighestSequenceNr(persistenceId));

    public ValueTask DeleteEventsAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        journal.DeleteTo(persistenceId, toSequenceNr);
        return ValueTask.CompletedTask;
    }

    public ValueTask SaveSnapshotAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        journal.SaveSnapshots(
            [new JournalSnapshot(metadata.PersistenceId, metadata.SequenceNr, serialiser.ManifestOf(snapshot), serialiser.Serialise(snapshot), At(metadata.Timestamp))]);
        return ValueTask.CompletedTask;
    }

    public ValueTask<SelectedSnapshot?> LoadSnapshotAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        var found = journal.LoadSnapshot(persistenceId, CriteriaOf(criteria));
        // A snapshot only saves time: one that this version cannot read is passed over and the events are read instead.
        var snapshot = found is not null && serialiser.Deserialise(found.Manifest, found.Payload.Span) is Decoded.Event decoded
            ? new SelectedSnapshot(new SnapshotMetadata(persistenceId, found.SequenceNr, found.Created.ToDateTimeOffset().UtcDateTime), decoded.Value)
            : null;
        return ValueTask.FromResult(snapshot);
    }

    public ValueTask DeleteSnapshotsAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        journal.DeleteSnapshots(persistenceId, CriteriaOf(criteria));
        return ValueTask.CompletedTask;
    }

    private object Decode(string manifest, ReadOnlyMemory<byte> payload) => serialiser.Deserialise(manifest, payload.Span) switch
    {
        Decoded.Event decoded => decoded.Value,
        var failed => throw new InvalidDataException(failed.ToString()),
    };

    private static SnapshotCriteria CriteriaOf(SnapshotSelectionCriteria criteria) =>
        new(criteria.MaxSequenceNr, At(criteria.MaxTimeStamp), criteria.MinSequenceNr, At(criteria.MinTimestamp ?? DateTime.MinValue));

    // DateTime reaches further than nanoseconds since 1970 do: both ends are clamped.
    private static Instant At(DateTime utc)
    {
        if (utc.Year < 1970) return default;
        return utc.Year > 2200 ? new Instant(long.MaxValue) : Instant.From(new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)));
    }
}
