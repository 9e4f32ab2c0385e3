using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using PortSentry.Core;
using PortSentry.Journal.Sqlite;

namespace PortSentry.Journal.Tests.Sqlite;

public sealed class SqliteFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger _logger = new();

    private string Db => _folder.File("journal.db");

    private string[] Aside => Directory.GetFiles(_folder.Path, "journal.db.corrupt-*");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_and_log_are_readable_by_their_owner_only()
    {
        using var journal = Filled(10);

        foreach (var path in new[] { Db, Db + "-wal", Db + "-shm" })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_file_that_others_may_read_is_closed_to_them()
    {
        Filled(10).Dispose();
        File.SetUnixFileMode(Db, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        using var journal = Open();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Db));
        Assert.Contains(_logger.Lines, line => line.Id == 4004);
    }

    [Fact]
    public void Something_that_is_no_database_is_moved_aside_and_a_fresh_journal_begun()
    {
        File.WriteAllText(Db, "this is no database, but somebody's notes, long enough to be looked at");

        using var journal = Open();
        journal.Write(Events(1, 3));

        Assert.Equal(3, journal.HighestSequenceNr("a"));
        Assert.StartsWith("this is no database", File.ReadAllText(Assert.Single(Aside)), StringComparison.Ordinal);
        Assert.Contains(_logger.Lines, line => line.Id == 4000 && line.Text.Contains(Aside[0], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(1L << 40)]
    public void A_file_cut_off_in_the_middle_is_moved_aside(long quickCheckLimit)
    {
        Filled(2000).Dispose();
        using (var stream = File.OpenWrite(Db)) stream.SetLength(stream.Length / 2 / 4096 * 4096);

        using var journal = Open(quickCheckLimit);

        Assert.Equal(0, journal.HighestSequenceNr("a"));
        Assert.Single(Aside);
    }

    [Fact]
    public void A_small_file_with_garbage_in_one_page_is_moved_aside_at_open()
    {
        Filled(2000).Dispose();
        Scribble(0.5);

        using var journal = Open();

        Assert.Equal(0, journal.HighestSequenceNr("a"));
        Assert.Single(Aside);
    }

    [Fact]
    public void Garbage_in_a_big_file_is_met_in_use_and_the_next_open_moves_it_aside()
    {
        Filled(2000).Dispose();
        for (var at = 0.4; at < 0.5; at += 0.01) Scribble(at);
        using (var journal = Open(quickCheckLimit: 0))
        {
            var failure = Assert.Throws<JournalException>(() => journal.Replay("a").Count());
            Assert.Equal((JournalFailure.Corrupt, false), (failure.Failure, failure.MayRetry));
            Assert.Contains(_logger.Lines, line => line.Id == 4002);
        }

        Assert.Empty(Aside);
        using var fresh = Open(quickCheckLimit: 0);
        fresh.Write(Events(1, 1));

        Assert.Single(Aside);
        Assert.Equal(1, fresh.HighestSequenceNr("a"));
        Assert.False(File.Exists(Db + ".suspect"));
    }

    [Fact]
    public void A_suspect_file_that_is_sound_is_kept()
    {
        Filled(50).Dispose();
        File.WriteAllText(Db + ".suspect", "");

        using var journal = Open(quickCheckLimit: 0);

        Assert.Equal(50, journal.HighestSequenceNr("a"));
        Assert.Empty(Aside);
        Assert.False(File.Exists(Db + ".suspect"));
    }

    [Fact]
    public void Of_many_damaged_files_the_newest_three_are_kept()
    {
        for (var i = 0; i < 6; i++)
        {
            File.WriteAllText(Db, new string((char)('a' + i), 200));
            SqliteJournal.Open(new SqliteJournalOptions(Db) { Time = new StoppedClock(i) }).Dispose();
            File.Delete(Db);
        }

        Assert.Equal(["d", "e", "f"], Aside.Select(path => File.ReadAllText(path)[..1]).Order());
    }

    [Fact]
    public void A_full_file_fails_with_a_failure_that_may_pass_and_writes_go_on_once_there_is_room()
    {
        Filled(10).Dispose();
        var failure = FillUntilFull(Open(maxPages: 60), out var written);
        Assert.Equal((JournalFailure.DiskFull, true), (failure.Failure, failure.MayRetry));

        using var journal = Open();
        Assert.Equal(written, journal.HighestSequenceNr("a"));
        journal.Write(Events(written + 1, 100));
        Assert.Equal(written + 100, journal.HighestSequenceNr("a"));
    }

    [Fact]
    public void On_a_full_disk_writes_fail_and_go_on_by_themselves_once_there_is_room()
    {
        Assert.True(Environment.IsPrivilegedProcess, "This test mounts a small tmpfs: run it as root.");
        var disk = Directory.CreateDirectory(_folder.File("disk")).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk);
        try
        {
            var ballast = Path.Combine(disk, "ballast");
            File.WriteAllBytes(ballast, new byte[1 << 20]);
            using var journal = SqliteJournal.Open(new SqliteJournalOptions(Path.Combine(disk, "journal.db")) { CheckpointPages = 32 });

            var failure = FillUntilFull(journal, out var written, dispose: false);
            Assert.Equal((JournalFailure.DiskFull, true), (failure.Failure, failure.MayRetry));
            Assert.Equal(written, journal.HighestSequenceNr("a"));
            Assert.Throws<JournalException>(() => journal.Write(Events(written + 1, 400)));

            File.Delete(ballast);
            journal.Write(Events(written + 1, 400));
            Assert.Equal(Enumerable.Range(1, (int)written + 400).Select(number => (long)number), journal.Replay("a").Select(entry => entry.SequenceNr));
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact]
    public void A_lock_held_by_another_process_is_a_failure_that_may_pass()
    {
        using var journal = SqliteJournal.Open(new SqliteJournalOptions(Db) { BusyTimeout = TimeSpan.FromMilliseconds(1) });
        using (var other = new SqliteConnection($"Data Source={Db};Pooling=False"))
        {
            other.Open();
            using var transaction = other.BeginTransaction(deferred: false);
            var failure = Assert.Throws<JournalException>(() => journal.Write(Events(1, 1)));
            Assert.Equal((JournalFailure.Locked, true), (failure.Failure, failure.MayRetry));
        }

        journal.Write(Events(1, 1));
        Assert.Equal(1, journal.HighestSequenceNr("a"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tool_reads_beside_the_daemon_or_alone_and_writes_nothing(bool daemonRuns)
    {
        var daemon = Filled(20);
        if (!daemonRuns) daemon.Dispose();

        using var tool = SqliteJournal.Open(new SqliteJournalOptions(Db) { ReadOnly = true });

        Assert.Equal(20, tool.Replay("a").Count());
        Assert.Equal(JournalFailure.NotPermitted, Assert.Throws<JournalException>(() => tool.Write(Events(21, 1))).Failure);
        daemon.Dispose();
    }

    [Fact]
    public void Where_there_is_no_journal_a_tool_is_told_so_and_makes_none()
    {
        var failure = Assert.Throws<JournalException>(() => SqliteJournal.Open(new SqliteJournalOptions(Db) { ReadOnly = true }));

        Assert.Equal(JournalFailure.NotFound, failure.Failure);
        Assert.False(File.Exists(Db));
        Assert.Equal(JournalFailure.NotFound, Assert.Throws<JournalException>(() => SqliteJournal.Open(new SqliteJournalOptions(_folder.File("no/journal.db")))).Failure);
    }

    [Theory]
    [InlineData(SqliteSynchronous.Off)]
    [InlineData(SqliteSynchronous.Normal)]
    [InlineData(SqliteSynchronous.Full)]
    public void Every_synchronous_mode_writes(SqliteSynchronous mode)
    {
        using var journal = SqliteJournal.Open(new SqliteJournalOptions(Db) { Synchronous = mode });
        journal.Write(Events(1, 5));
        Assert.Equal(5, journal.HighestSequenceNr("a"));
    }

    [Fact]
    public void Space_that_deletions_left_is_given_back()
    {
        using var journal = Filled(5000);
        journal.DeleteTo("a", 5000);
        var before = journal.Size();
        Assert.True(before.Free > 100_000, before.ToString());

        var first = journal.Reclaim(40_960);
        var rest = journal.Reclaim(long.MaxValue / 8192);

        Assert.Equal(40_960, first);
        Assert.True(rest > 50_000, $"{rest} bytes");
        var after = journal.Size();
        Assert.True(after.Total < before.Total - first - rest + 65_536, $"{before} then {after}");
        Assert.True(new FileInfo(Db).Length <= after.Total);
    }

    [Fact]
    public void Rows_carry_what_the_Akka_plug_in_reads()
    {
        Filled(1).Dispose();
        using var connection = new SqliteConnection($"Data Source={Db};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT deleted, identifier, manifest, created, length(writer_uuid) FROM journal";
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(0, reader.GetInt64(0));
        Assert.Equal(AkkaTables.SerializerId, reader.GetInt64(1));
        Assert.Equal("x", reader.GetString(2));
        Assert.Equal(new DateTime(1970, 1, 1, 0, 0, 1, DateTimeKind.Utc).Ticks, reader.GetInt64(3));
        Assert.Equal(36, reader.GetInt64(4));
    }

    private sealed class StoppedClock(int second) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(second);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error}");
    }

    private static JournalEntry[] Events(long first, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new JournalEntry(
            "a", first + i, "x", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{first + i:D200}")), ["t"], new Instant(1_000_000_000))),
    ];

    private static JournalException FillUntilFull(SqliteJournal journal, out long written, bool dispose = true)
    {
        written = journal.HighestSequenceNr("a");
        try
        {
            while (true)
            {
                journal.Write(Events(written + 1, 20));
                written += 20;
                Assert.True(written < 1_000_000, "It never got full.");
            }
        }
        catch (JournalException failure)
        {
            return failure;
        }
        finally
        {
            if (dispose) journal.Dispose();
        }
    }

    private SqliteJournal Open(long quickCheckLimit = 1L << 30, long maxPages = 0) =>
        SqliteJournal.Open(new SqliteJournalOptions(Db) { QuickCheckLimit = quickCheckLimit, MaxPages = maxPages }, _logger);

    private SqliteJournal Filled(int events)
    {
        var journal = Open();
        journal.Write(Events(1, events));
        return journal;
    }

    // Overwrites the page at this part of the file.
    private void Scribble(double part)
    {
        using var stream = File.OpenWrite(Db);
        stream.Position = (long)(stream.Length * part) / 4096 * 4096;
        stream.Write(Encoding.ASCII.GetBytes(new string('!', 4096)));
    }
}
