using System.Diagnostics;
using System.Runtime.CompilerServices;
using PortSentry.Core;
using PortSentry.Engine.Persistence;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;

namespace PortSentry.Daemon.Persistence;

/// <summary>
/// The built-in engine's persistence on our journal. The journal's calls block; the engine calls from its own writer and from the pool.
/// A store that fails must not end the watch: writes are tried again for a while, then events are given up and counted, and the actors
/// go on with what they know in memory. Only an event number that is taken stops its actor, which comes back with the journal's memory.
/// </summary>
internal sealed class JournalEventStore(IEventJournal journal, EventSerialiser serialiser, JournalHealth health, TimeProvider time) : IEventStore
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    // Between two commits of a few events each: a commit writes whole pages, 12 KB for an event alone and one or two in company. Longer: a
    // killed daemon forgets more; shorter: a flood fills the disk faster before it is known for one.
    private static readonly TimeSpan CommitGap = TimeSpan.FromMilliseconds(25);
    private const int EnoughForACommit = 64;

    private long _committed;
    private long _failingSince;
    private long _triedAt;

    /// <summary>How long a write is tried again. Longer: more waits in memory; shorter: a short outage loses history.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    public async ValueTask WriteAsync(IReadOnlyList<EventRecord> batch, CancellationToken cancellationToken)
    {
        var entries = Encode(batch);
        // While this one waits, the writer gathers the next. In real time, whatever clock the rest goes by.
        if (batch.Count < EnoughForACommit && Stopwatch.GetElapsedTime(_committed) is var since && since < CommitGap)
            await Task.Delay(CommitGap - since, cancellationToken);
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            // Given up already: one try a second finds out when the cause goes, and the queue behind us keeps moving.
            if (HasGivenUp && time.GetElapsedTime(_triedAt) < LongestWait)
            {
                health.GaveUp(batch.Count);
                return;
            }
            try
            {
                journal.Write(entries);
                _committed = Stopwatch.GetTimestamp();
                _failingSince = 0;
                health.Works();
                return;
            }
            catch (JournalException exception) when (exception.Failure != JournalFailure.Duplicate)
            {
                _triedAt = time.GetTimestamp();
                if (_failingSince == 0) _failingSince = Math.Max(1, _triedAt);
                health.Failed(exception.Message, Instant.From(time.GetUtcNow()), batch.Count);
                if (!exception.MayRetry || HasGivenUp)
                {
                    health.GaveUp(batch.Count);
                    return;
                }
            }
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private bool HasGivenUp => _failingSince != 0 && time.GetElapsedTime(_failingSince) >= Patience;

    private JournalEntry[] Encode(IReadOnlyList<EventRecord> batch)
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
        return entries;
    }

    public async IAsyncEnumerable<EventRecord> ReadAsync(
        string persistenceId, long fromSequenceNr, long toSequenceNr, long max, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var entry in Replay(persistenceId, fromSequenceNr, toSequenceNr, max))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var happened = Decode(entry.Manifest, entry.Payload);
            yield return new EventRecord(persistenceId, entry.SequenceNr, happened, [], entry.Created.ToDateTimeOffset().UtcDateTime);
        }
    }

    public ValueTask<long> HighestSequenceNrAsync(string persistenceId, CancellationToken cancellationToken) => 
        ValueTask.FromResult(Read(persistenceId, () => journal.HighestSequenceNr(persistenceId), 0));

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
        var found = Read(persistenceId, () => journal.LoadSnapshot(persistenceId, CriteriaOf(criteria)), null);
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

    // A source's events are few, so they are read at once; others are streamed.
    private IEnumerable<JournalEntry> Replay(string persistenceId, long from, long to, long max) => IsSource(persistenceId)
        ? Read(persistenceId, () => journal.Replay(persistenceId, from, to, max).ToList(), [])
        : journal.Replay(persistenceId, from, to, max);

    // A source whose past cannot be read is watched without it: the alternative is not to watch it. The blocks in force are never
    // guessed at: their actor fails and is brought back.
    private T Read<T>(string persistenceId, Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (JournalException exception) when (IsSource(persistenceId))
        {
            health.Failed(exception.Message, Instant.From(time.GetUtcNow()), 0);
            return otherwise;
        }
    }

    private static bool IsSource(string persistenceId) => persistenceId.StartsWith(EventTags.SourcePrefix, StringComparison.Ordinal);

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
