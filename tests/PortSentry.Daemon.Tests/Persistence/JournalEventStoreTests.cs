using Microsoft.Extensions.Logging.Abstractions;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;
using PortSentry.Daemon.Persistence;
using PortSentry.Engine.Persistence;
using PortSentry.Engine.TestKit;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;
using PortSentry.Journal.Sqlite;

namespace PortSentry.Daemon.Tests.Persistence;

public sealed class JournalEventStoreTests : IDisposable
{
    private const string Id = "source-192.0.2.1";
    private static readonly Prefix Target = Prefix.Parse("192.0.2.1");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pse-");
    private readonly ManualTimeProvider _time = new();
    private readonly JournalHealth _health = new();
    private readonly FaultyJournal _journal;
    private readonly JournalEventStore _store;

    public JournalEventStoreTests()
    {
        _journal = new FaultyJournal(SqliteJournal.Open(new SqliteJournalOptions(Path.Combine(_folder.FullName, "journal.db")), NullLogger.Instance));
        _store = new JournalEventStore(_journal, JournalEvents.Serialiser, _health, _time);
    }

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_full_disk_delays_events_and_loses_none_when_there_is_room_again()
    {
        _journal.Fault = JournalFailure.DiskFull;
        var writing = WriteAsync(1);
        Assert.False(writing.IsCompleted);
        Assert.Contains("journal.db: DiskFull (since 2025-01-01T00:00:00.000Z; 1 events wait", _health.Fault, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(writing.IsCompleted);
        _journal.Fault = null;
        await TurnUntilAsync(writing);
        Assert.Null(_health.Fault);
        Assert.Equal(0, _health.Lost);
        Assert.Equal(1, _journal.HighestSequenceNr(Id));
    }

    [Fact]
    public async Task A_long_outage_costs_history_only_and_is_counted_and_heals()
    {
        _journal.Fault = JournalFailure.DiskFull;
        await TurnUntilAsync(WriteAsync(1));
        Assert.Contains("1 were given up", _health.Fault, StringComparison.Ordinal);

        // From now on nobody waits, and the disk is tried once a second.
        var tries = _journal.Tries;
        for (var number = 2; number <= 50; number++) await WriteAsync(number);
        Assert.Equal(tries, _journal.Tries);
        Assert.Equal(50, _health.Lost);
        _journal.Fault = null;
        var recovered = 0;
        _health.Recovered = () => recovered++;
        _time.Advance(TimeSpan.FromSeconds(2));
        await WriteAsync(51);
        Assert.Equal(1, recovered);
        Assert.Null(_health.Fault);
        Assert.Equal(50, _health.Lost);
        Assert.Equal(51, _journal.HighestSequenceNr(Id));
        Assert.Single(await ReadAsync(Id));
    }

    [Fact]
    public async Task What_trying_again_cannot_help_is_given_up_at_once()
    {
        _journal.Fault = JournalFailure.Corrupt;
        await WriteAsync(1);
        Assert.Equal(1, _health.Lost);
        Assert.NotNull(_health.Fault);
    }

    [Fact]
    public async Task A_number_that_is_taken_is_the_actors_failure()
    {
        _journal.Fault = JournalFailure.Duplicate;
        await Assert.ThrowsAsync<JournalException>(() => WriteAsync(1));
        Assert.Null(_health.Fault);
    }

    [Fact]
    public async Task A_source_whose_past_cannot_be_read_is_watched_without_it_but_blocks_are_never_guessed_at()
    {
        await WriteAsync(1);
        _journal.Fault = JournalFailure.ConnectionLost;
        Assert.Equal(0, await _store.HighestSequenceNrAsync(Id, default));
        Assert.Empty(await ReadAsync(Id));
        Assert.Null(await _store.LoadSnapshotAsync(Id, SnapshotSelectionCriteria.Latest, default));
        Assert.NotNull(_health.Fault);
        await Assert.ThrowsAsync<JournalException>(async () => await _store.HighestSequenceNrAsync("response", default));
        await Assert.ThrowsAsync<JournalException>(() => ReadAsync("response"));
    }

    private Task WriteAsync(long number) => _store.WriteAsync(
        [new EventRecord(Id, number, new BlockExpired(new Instant(number), Target), [], _time.GetUtcNow().UtcDateTime)], default).AsTask();

    private async Task<List<EventRecord>> ReadAsync(string id)
    {
        var found = new List<EventRecord>();
        await foreach (var record in _store.ReadAsync(id, 1, long.MaxValue, long.MaxValue, default)) found.Add(record);
        return found;
    }

    // The store goes on after its wait on a thread of the pool, so the clock is turned until it is done.
    private async Task TurnUntilAsync(Task task)
    {
        for (var i = 0; i < 1000 && !task.IsCompleted; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(task, Task.Delay(5));
        }
        await task.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
