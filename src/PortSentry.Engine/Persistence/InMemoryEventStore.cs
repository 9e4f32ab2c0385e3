using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace PortSentry.Engine.Persistence;

/// <summary>Keeps everything for the life of the process: for tests and benchmarks, and for a system that was given no store.</summary>
public sealed class InMemoryEventStore : IEventStore
{
    private readonly ConcurrentDictionary<string, Log> _logs = new();

    public ValueTask WriteAsync(IReadOnlyList<EventRecord> batch, CancellationToken cancellationToken)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var record = batch[i];
            var log = _logs.GetOrAdd(record.PersistenceId, static _ => new Log());
            lock (log)
            {
                log.Events.Add(record);
                log.Highest = record.SequenceNr;
            }
        }

        return ValueTask.CompletedTask;
    }

    public async IAsyncEnumerable<EventRecord> ReadAsync(
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!_logs.TryGetValue(persistenceId, out var log)) yield break;
        EventRecord[] found;
        lock (log)
        {
            found = [.. log.Events.Where(e => e.SequenceNr >= fromSequenceNr && e.SequenceNr <= toSequenceNr).Take((int)Math.Min(max, int.MaxValue))];
        }

        foreach (var record in found) yield return record;
        await Task.CompletedTask;
    }

    public ValueTask<long> HighestSequenceNrAsync(string persistenceId, CancellationToken cancellationToken)
    {
        if (!_logs.TryGetValue(persistenceId, out var log)) return ValueTask.FromResult(0L);
        lock (log) return ValueTask.FromResult(log.Highest);
    }

    public ValueTask DeleteEventsAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        if (_logs.TryGetValue(persistenceId, out var log))
        {
            lock (log) log.Events.RemoveAll(e => e.SequenceNr <= toSequenceNr);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask SaveSnapshotAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        var log = _logs.GetOrAdd(metadata.PersistenceId, static _ => new Log());
        lock (log)
        {
            log.Snapshots.RemoveAll(s => s.Metadata.SequenceNr == metadata.SequenceNr);
            log.Snapshots.Add(new SelectedSnapshot(metadata, snapshot));
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<SelectedSnapshot?> LoadSnapshotAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        if (!_logs.TryGetValue(persistenceId, out var log)) return ValueTask.FromResult<SelectedSnapshot?>(null);
        lock (log)
        {
            return ValueTask.FromResult(log.Snapshots.Where(s => criteria.Matches(s.Metadata)).MaxBy(s => s.Metadata.SequenceNr));
        }
    }

    public ValueTask DeleteSnapshotsAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        if (_logs.TryGetValue(persistenceId, out var log))
        {
            lock (log) log.Snapshots.RemoveAll(s => criteria.Matches(s.Metadata));
        }

        return ValueTask.CompletedTask;
    }

    private sealed class Log
    {
        public List<EventRecord> Events { get; } = [];

        public List<SelectedSnapshot> Snapshots { get; } = [];

        public long Highest { get; set; }
    }
}
