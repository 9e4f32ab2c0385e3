using System.Text;
using PortSentry.Core;

namespace PortSentry.Journal.Tests;

/// <summary>What every journal must do; each store inherits it.</summary>
public abstract class JournalSpec : IDisposable
{
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private readonly List<IEventJournal> _opened = [];
    private IEventJournal? _journal;

    /// <summary>The journal of this test, empty at the start.</summary>
    protected IEventJournal Journal => _journal ??= Open();

    /// <summary>Opens the store of this test once more, as a restarted daemon does.</summary>
    protected IEventJournal Open()
    {
        var journal = OpenStore();
        _opened.Add(journal);
        return journal;
    }

    protected abstract IEventJournal OpenStore();

    /// <summary>Rows "table.column type null|not null", ordered by table and place.</summary>
    protected abstract IReadOnlyList<string> Columns();

    /// <summary>The columns that Akka.Persistence.Sql 1.5.30 makes in this store.</summary>
    protected abstract IReadOnlyList<string> AkkaColumns { get; }

    protected abstract void Execute(string sql);

    public virtual void Dispose()
    {
        foreach (var journal in _opened) journal.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Written_events_come_back_whole_and_in_order()
    {
        var first = new JournalEntry("source-192.0.2.1", 1, "port-touched", new byte[] { 0, 1, 255, 0 }, ["scan", "history"], Start);
        var second = first with { SequenceNr = 2, Manifest = "scan-detected", Payload = Array.Empty<byte>(), Tags = [], Created = Start + TimeSpan.FromTicks(1) };
        Journal.Write([first, second]);

        var read = Journal.Replay("source-192.0.2.1").ToArray();

        Assert.Equal([1L, 2L], read.Select(entry => entry.SequenceNr));
        Assert.Equal(["port-touched", "scan-detected"], read.Select(entry => entry.Manifest));
        Assert.Equal(first.Payload.ToArray(), read[0].Payload.ToArray());
        Assert.True(read[1].Payload.IsEmpty);
        Assert.Equal([first.Created, second.Created], read.Select(entry => entry.Created));
        Assert.True(read[0].Ordering > 0 && read[1].Ordering > read[0].Ordering);
    }

    [Fact]
    public void Events_are_there_after_the_journal_is_opened_again()
    {
        Journal.Write(Events("a", 1, 3));
        Journal.Dispose();

        using var again = Open();

        Assert.Equal([1L, 2L, 3L], Numbers(again.Replay("a")));
    }

    [Fact]
    public void Odd_names_and_sizes_survive()
    {
        var id = "quelle-ü-\u2028-%_'\"-" + new string('x', 230);
        var payload = new byte[1 << 20];
        new Random(7).NextBytes(payload);
        Journal.Write([new JournalEntry(id, 1, new string('m', 500), payload, [new string('t', 64)], Start)]);

        var read = Assert.Single(Journal.Replay(id));

        Assert.Equal(id, read.PersistenceId);
        Assert.Equal(payload, read.Payload.ToArray());
        Assert.Equal(500, read.Manifest.Length);
    }

    [Theory]
    [InlineData(2, 4, 100, new long[] { 2, 3, 4 })]
    [InlineData(1, long.MaxValue, 2, new long[] { 1, 2 })]
    [InlineData(5, 5, long.MaxValue, new long[] { 5 })]
    [InlineData(6, long.MaxValue, 10, new long[0])]
    [InlineData(3, 2, 10, new long[0])]
    [InlineData(1, 5, 0, new long[0])]
    public void Replay_keeps_to_its_bounds_and_maximum(long from, long to, long max, long[] expected)
    {
        Journal.Write([.. Events("a", 1, 5), .. Events("b", 1, 9)]);

        Assert.Equal(expected, Numbers(Journal.Replay("a", from, to, max)));
    }

    [Fact]
    public void A_long_replay_passes_page_borders_without_gap_or_repeat()
    {
        Journal.Write(Events("a", 1, 1537));

        Assert.Equal(Enumerable.Range(1, 1537).Select(number => (long)number), Numbers(Journal.Replay("a")));
        Assert.Equal(1024, Journal.Replay("a", 1, long.MaxValue, 1024).Count());
    }

    [Fact]
    public void An_unknown_id_has_no_events_no_number_and_no_snapshot()
    {
        Assert.Empty(Journal.Replay("nobody"));
        Assert.Equal(0, Journal.HighestSequenceNr("nobody"));
        Assert.Null(Journal.LoadSnapshot("nobody", SnapshotCriteria.Latest));
        Journal.DeleteTo("nobody", 10);
        Journal.DeleteSnapshots("nobody", SnapshotCriteria.Latest);
        Journal.Forget(["nobody"]);
    }

    [Theory]
    [InlineData(3, new long[] { 4, 5 })]
    [InlineData(5, new long[0])]
    [InlineData(1000, new long[0])]
    [InlineData(0, new long[] { 1, 2, 3, 4, 5 })]
    public void Deleting_keeps_the_highest_number(long to, long[] left)
    {
        Journal.Write([.. Events("a", 1, 5, "scan"), .. Events("b", 1, 2, "scan")]);

        Journal.DeleteTo("a", to);

        Assert.Equal(left, Numbers(Journal.Replay("a")));
        Assert.Equal(left, Numbers(Journal.ReadByTag("scan", 0, 100).Where(entry => entry.PersistenceId == "a")));
        Assert.Equal(5, Journal.HighestSequenceNr("a"));
        Assert.Equal([1L, 2L], Numbers(Journal.Replay("b")));
        using var again = Open();
        Assert.Equal(5, again.HighestSequenceNr("a"));
    }

    [Fact]
    public void Writing_goes_on_after_everything_was_deleted_and_deleted_again()
    {
        Journal.Write(Events("a", 1, 4));
        Journal.DeleteTo("a", 4);
        Journal.Write(Events("a", 5, 3));
        Journal.DeleteTo("a", 6);

        Assert.Equal([7L], Numbers(Journal.Replay("a")));
        Assert.Equal(7, Journal.HighestSequenceNr("a"));
    }

    [Fact]
    public void A_taken_number_fails_the_whole_batch_and_is_named()
    {
        Journal.Write(Events("a", 1, 2));
        using var other = Open();

        var failure = Assert.Throws<JournalException>(() => other.Write([.. Events("b", 1, 3), .. Events("a", 2, 1), .. Events("c", 1, 1)]));

        Assert.Equal((JournalFailure.Duplicate, false), (failure.Failure, failure.MayRetry));
        Assert.Equal(("a", 2L), (failure.PersistenceId, failure.SequenceNr));
        Assert.Empty(Journal.Replay("b"));
        Assert.Empty(Journal.Replay("c"));
        other.Write(Events("b", 1, 3));
        Assert.Equal(3, Journal.HighestSequenceNr("b"));
    }

    [Fact]
    public void A_deleted_events_number_stays_taken()
    {
        Journal.Write(Events("a", 1, 2));
        Journal.DeleteTo("a", 2);

        Assert.Equal(JournalFailure.Duplicate, Assert.Throws<JournalException>(() => Journal.Write(Events("a", 2, 1))).Failure);
    }

    [Fact]
    public void A_batch_tried_again_is_stored_once()
    {
        var batch = Events("a", 1, 3, "scan");
        Journal.Write(batch);

        Journal.Write([.. batch, .. Events("b", 1, 2, "scan")]);

        Assert.Equal([1L, 2L, 3L], Numbers(Journal.Replay("a")));
        Assert.Equal([1L, 2L], Numbers(Journal.Replay("b")));
        Assert.Equal(5, Journal.ReadByTag("scan", 0, 100).Count);
    }

    [Fact]
    public void Trying_again_with_another_payload_is_a_duplicate()
    {
        var batch = Events("a", 1, 1);
        Journal.Write(batch);

        var failure = Assert.Throws<JournalException>(() => Journal.Write([batch[0] with { Payload = new byte[] { 9 } }]));

        Assert.Equal(JournalFailure.Duplicate, failure.Failure);
        Assert.Equal(batch[0].Payload.ToArray(), Journal.Replay("a").Single().Payload.ToArray());
    }

    [Fact]
    public void The_same_event_twice_in_a_batch_counts_once_and_another_with_its_number_fails()
    {
        var one = Events("a", 1, 1, "scan")[0];
        Journal.Write([one, one]);
        Assert.Single(Journal.Replay("a"));
        Assert.Single(Journal.ReadByTag("scan", 0, 10));

        var two = one with { PersistenceId = "b" };
        Assert.Throws<JournalException>(() => Journal.Write([two, two with { Payload = new byte[] { 1 } }]));
        Assert.Empty(Journal.Replay("b"));
    }

    [Fact]
    public void Entries_that_the_tables_cannot_hold_are_refused_before_anything_is_written()
    {
        var good = Events("a", 1, 1)[0];
        foreach (var bad in new[]
        {
            good with { PersistenceId = "" },
            good with { PersistenceId = new string('x', 256) },
            good with { PersistenceId = "a\0b" },
            good with { SequenceNr = 0 },
            good with { Manifest = "" },
            good with { Tags = ["a;b"] },
            good with { Tags = ["a", "a"] },
            good with { Tags = [new string('t', 65)] },
        })
        {
            Assert.Throws<ArgumentException>(() => Journal.Write([good, bad]));
        }

        Assert.Empty(Journal.Replay("a"));
        Journal.Write([]);
    }

    [Fact]
    public void The_latest_snapshot_that_meets_the_criteria_is_loaded()
    {
        Journal.SaveSnapshots([Snapshot("a", 10, 0), Snapshot("a", 20, 1), Snapshot("b", 5, 0)]);
        Journal.SaveSnapshots([Snapshot("a", 30, 2)]);

        Assert.Equal(30, Journal.LoadSnapshot("a", SnapshotCriteria.Latest)!.SequenceNr);
        Assert.Equal(20, Journal.LoadSnapshot("a", SnapshotCriteria.UpTo(29))!.SequenceNr);
        Assert.Equal(10, Journal.LoadSnapshot("a", SnapshotCriteria.Latest with { MaxCreated = Start })!.SequenceNr);
        Assert.Equal(20, Journal.LoadSnapshot("a", SnapshotCriteria.Exactly(20))!.SequenceNr);
        Assert.Null(Journal.LoadSnapshot("a", SnapshotCriteria.UpTo(9)));
        Assert.Null(Journal.LoadSnapshot("a", SnapshotCriteria.Latest with { MinSequenceNr = 31 }));
        Assert.Null(Journal.LoadSnapshot("a", SnapshotCriteria.Latest with { MinCreated = Start + TimeSpan.FromHours(3) }));
        var whole = Journal.LoadSnapshot("b", SnapshotCriteria.Latest)!;
        Assert.Equal(("b", 5L, "state", Start), (whole.PersistenceId, whole.SequenceNr, whole.Manifest, whole.Created));
        Assert.Equal(Encoding.UTF8.GetBytes("state of b at 5"), whole.Payload.ToArray());
    }

    [Fact]
    public void A_snapshot_of_the_same_number_replaces_the_older_one()
    {
        Journal.SaveSnapshots([Snapshot("a", 10, 0)]);
        Journal.SaveSnapshots([Snapshot("a", 10, 1), Snapshot("a", 10, 2) with { Payload = new byte[] { 42 } }]);

        var loaded = Journal.LoadSnapshot("a", SnapshotCriteria.Latest)!;

        Assert.Equal([42], loaded.Payload.ToArray());
        Assert.Equal(Start + TimeSpan.FromHours(2), loaded.Created);
    }

    [Fact]
    public void Snapshots_are_deleted_by_criteria()
    {
        Journal.SaveSnapshots([Snapshot("a", 10, 0), Snapshot("a", 20, 1), Snapshot("a", 30, 2), Snapshot("b", 10, 0)]);

        Journal.DeleteSnapshots("a", SnapshotCriteria.Exactly(20));
        Assert.Equal(10, Journal.LoadSnapshot("a", SnapshotCriteria.UpTo(29))!.SequenceNr);
        Journal.DeleteSnapshots("a", SnapshotCriteria.UpTo(30));

        Assert.Null(Journal.LoadSnapshot("a", SnapshotCriteria.Latest));
        Assert.NotNull(Journal.LoadSnapshot("b", SnapshotCriteria.Latest));
    }

    [Fact]
    public void Events_are_read_by_tag_in_pages_forwards_and_backwards()
    {
        for (var number = 1; number <= 5; number++)
        {
            Journal.Write([
                .. Events("a", number, 1, "history", "scan"),
                .. Events("b", number, 1, "other"),
                .. Events("c", number, 1, "history"),
            ]);
        }

        var first = Journal.ReadByTag("history", 0, 4);
        var rest = Journal.ReadByTag("history", first[^1].Ordering, 100);
        var back = Journal.ReadLatestByTag("history", long.MaxValue, 3);
        var further = Journal.ReadLatestByTag("history", back[^1].Ordering, 100);

        Assert.Equal(["a1", "c1", "a2", "c2"], Names(first));
        Assert.Equal(["a3", "c3", "a4", "c4", "a5", "c5"], Names(rest));
        Assert.Equal(["c5", "a5", "c4"], Names(back));
        Assert.Equal(7, further.Count);
        Assert.Equal(["history", "scan"], first[0].Tags.Order());
        Assert.Equal(["history"], first[1].Tags);
        Assert.Empty(Journal.ReadByTag("histor", 0, 10));
    }

    [Fact]
    public void Ids_are_listed_by_prefix_in_pages()
    {
        string[] ids = ["source-10.0.0.1", "source-10.0.0.10", "source-10.0.0.2", "source-Z", "source-a", "source-ä", "source%", "sourcf", "sourc", "Source-x"];
        foreach (var id in ids) Journal.Write(Events(id, 1, 3));
        Journal.DeleteTo("source-a", 3);

        Assert.Equal(["source-10.0.0.1", "source-10.0.0.10", "source-10.0.0.2", "source-Z", "source-a", "source-ä"], Journal.PersistenceIds("source-", null, 100));
        Assert.Equal(["source-10.0.0.1", "source-10.0.0.10"], Journal.PersistenceIds("source-", null, 2));
        Assert.Equal(["source-10.0.0.2", "source-Z"], Journal.PersistenceIds("source-", "source-10.0.0.10", 2));
        Assert.Equal(["source%"], Journal.PersistenceIds("source%", null, 100));
        Assert.Empty(Journal.PersistenceIds("source-", "source-ä", 100));
        Assert.Empty(Journal.PersistenceIds("nothing", null, 100));
        Assert.Equal(ids.Length, Journal.PersistenceIds("", null, 100).Count);
    }

    [Fact]
    public void Forgetting_leaves_no_trace_of_an_id()
    {
        Journal.Write([.. Events("a", 1, 3, "scan"), .. Events("b", 1, 3, "scan")]);
        Journal.SaveSnapshots([Snapshot("a", 3, 0), Snapshot("b", 3, 0)]);

        Journal.Forget(["a"]);

        Assert.Equal(0, Journal.HighestSequenceNr("a"));
        Assert.Null(Journal.LoadSnapshot("a", SnapshotCriteria.Latest));
        Assert.Equal(["b"], Journal.PersistenceIds("", null, 10));
        Assert.All(Journal.ReadByTag("scan", 0, 10), entry => Assert.Equal("b", entry.PersistenceId));
        Assert.NotNull(Journal.LoadSnapshot("b", SnapshotCriteria.Latest));
    }

    [Fact]
    public void Retention_forgets_what_nothing_was_written_to_since()
    {
        Journal.Write(Events("source-old", 1, 5));
        Journal.Write(Events("source-blocked", 1, 5));
        Journal.Write(Events("response", 1, 5));
        Journal.Write(Events("source-snapshot", 1, 5));
        Journal.Write(Events("source-back", 1, 5));
        Journal.SaveSnapshots([Snapshot("source-snapshot", 5, 240)]);
        Journal.Write([.. Events("source-back", 6, 1).Select(entry => entry with { Created = Start + TimeSpan.FromDays(10) })]);

        var forgotten = Journal.ForgetIdle("source-", Start + TimeSpan.FromDays(9), id => id != "source-blocked");

        Assert.Equal(1, forgotten);
        Assert.Equal(["response", "source-back", "source-blocked", "source-snapshot"], Journal.PersistenceIds("", null, 10));
    }

    [Fact]
    public void Idle_ids_are_found_step_by_step()
    {
        for (var i = 0; i < 10; i++) Journal.Write(Events($"source-{i}", 1, 3));

        var found = new List<string>();
        var steps = 0;
        for (long? from = 0; from is { } ordering; steps++)
        {
            var page = Journal.FindIdle("source-", Start + TimeSpan.FromDays(1), ordering, 4);
            found.AddRange(page.PersistenceIds);
            from = page.NextOrdering;
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"source-{i}"), found.Distinct().Order());
        Assert.True(steps is >= 7 and <= 9, $"{steps} steps of 4 rows for 30 rows");
        Assert.Empty(Journal.FindIdle("source-", Start, 0, 1000).PersistenceIds);
    }

    [Fact]
    public void Compaction_behind_a_snapshot_keeps_the_state_recoverable()
    {
        Journal.Write(Events("a", 1, 10));
        Journal.SaveSnapshots([Snapshot("a", 4, 0), Snapshot("a", 8, 1)]);

        Journal.CompactBehindSnapshot("a", 8, keepEvents: 2);

        var snapshot = Journal.LoadSnapshot("a", SnapshotCriteria.Latest)!;
        Assert.Equal(8, snapshot.SequenceNr);
        Assert.Null(Journal.LoadSnapshot("a", SnapshotCriteria.UpTo(7)));
        Assert.Equal([7L, 8L, 9L, 10L], Numbers(Journal.Replay("a")));
        Assert.Equal([9L, 10L], Numbers(Journal.Replay("a", snapshot.SequenceNr + 1)));
        Assert.Equal(10, Journal.HighestSequenceNr("a"));
    }

    [Fact]
    public void The_size_grows_with_what_is_written()
    {
        var before = Journal.Size();
        Journal.Write([.. Enumerable.Range(1, 100).Select(number => new JournalEntry("a", number, "x", new byte[20_000], [], Start))]);

        Assert.True(Journal.Size().Total - before.Total >= 100 * 20_000 / 100, $"{before} then {Journal.Size()}");
    }

    [Fact]
    public async Task Readers_see_whole_batches_while_one_writes()
    {
        const int Batches = 150, Size = 20;
        var journal = Journal;
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var seen = 0L;
            var reads = 0;
            while (!done.IsCancellationRequested || reads == 0)
            {
                var highest = journal.HighestSequenceNr("a");
                Assert.Equal(0, highest % Size);
                var numbers = Numbers(journal.Replay("a", 1, highest)).ToArray();
                Assert.Equal(highest, numbers.Length);
                Assert.True(highest >= seen, $"{highest} after {seen}");
                seen = highest;
                reads++;
            }
        })).ToArray();

        for (var batch = 0; batch < Batches; batch++) journal.Write(Events("a", (batch * Size) + 1, Size, "scan"));
        await done.CancelAsync();
        await Task.WhenAll(readers);

        Assert.Equal(Batches * Size, journal.HighestSequenceNr("a"));
    }

    [Fact]
    public async Task Writers_on_several_threads_do_not_disturb_each_other()
    {
        var journal = Journal;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var number = 1; number <= 50; number++)
            {
                journal.Write(Events($"w{writer}", number, 1));
                if (number % 10 == 0) journal.SaveSnapshots([Snapshot($"w{writer}", number, 0)]);
                if (number % 25 == 0) journal.DeleteTo($"w{writer}", number - 5);
            }
        })));

        for (var writer = 0; writer < 4; writer++)
        {
            Assert.Equal([46L, 47L, 48L, 49L, 50L], Numbers(journal.Replay($"w{writer}")));
            Assert.Equal(50, journal.LoadSnapshot($"w{writer}", SnapshotCriteria.Latest)!.SequenceNr);
        }
    }

    [Fact]
    public void A_closed_journal_says_so()
    {
        var journal = Open();
        journal.Dispose();
        journal.Dispose();

        Assert.Throws<ObjectDisposedException>(() => journal.Write(Events("a", 1, 1)));
        Assert.Throws<ObjectDisposedException>(() => journal.HighestSequenceNr("a"));
    }

    [Fact]
    public void The_tables_are_those_of_Akka_Persistence_Sql()
    {
        _ = Journal;

        Assert.Equal(AkkaColumns, Columns());
    }

    [Fact]
    public void A_newer_schema_is_refused_and_left_alone()
    {
        Journal.Write(Events("a", 1, 1));
        Journal.Dispose();
        Execute("INSERT INTO portsentry_schema (version, description, applied) VALUES (999, 'from the future', 'later')");

        var failure = Assert.Throws<JournalException>(Open);

        Assert.Equal((JournalFailure.TooNew, false), (failure.Failure, failure.MayRetry));
        Assert.Contains("999", failure.Message, StringComparison.Ordinal);
        Execute("DELETE FROM portsentry_schema WHERE version = 999");
        using var again = Open();
        Assert.Equal(1, again.HighestSequenceNr("a"));
    }

    /// <summary>Events with a payload that tells whose they are, a second apart.</summary>
    protected static JournalEntry[] Events(string id, long first, int count, params string[] tags) =>
    [
        .. Enumerable.Range(0, count).Select(i => new JournalEntry(
            id, first + i, "port-touched", Encoding.UTF8.GetBytes($"{id}#{first + i}"), tags, Start + TimeSpan.FromSeconds(first + i))),
    ];

    protected static IEnumerable<long> Numbers(IEnumerable<JournalEntry> entries) => entries.Select(entry => entry.SequenceNr);

    private static IEnumerable<string> Names(IEnumerable<JournalEntry> entries) => entries.Select(entry => $"{entry.PersistenceId}{entry.SequenceNr}");

    private static JournalSnapshot Snapshot(string id, long number, int hours) =>
        new(id, number, "state", Encoding.UTF8.GetBytes($"state of {id} at {number}"), Start + TimeSpan.FromHours(hours));
}
