using PortSentry.Core;
using PortSentry.Journal.PostgreSql;

namespace PortSentry.Journal.Tests.PostgreSql;

public sealed class ConnectionLossTests(PostgreSqlServer server) : IClassFixture<PostgreSqlServer>
{
    [Fact]
    public void Writing_and_reading_go_on_when_the_server_comes_back()
    {
        var logger = new RecordingLogger();
        using var journal = PostgreSqlJournal.Open(new PostgreSqlJournalOptions(server.NewSchema()), logger);
        journal.Write([Event(1)]);
        server.Crash();
        try
        {
            var failure = Assert.Throws<JournalException>(() => journal.Write([Event(2)]));
            Assert.Equal((JournalFailure.ConnectionLost, true), (failure.Failure, failure.MayRetry));
            Assert.Equal(JournalFailure.ConnectionLost, Assert.Throws<JournalException>(() => journal.Replay("a").Count()).Failure);
            Assert.Contains(logger.Lines, line => line.Id == 4005);
        }
        finally
        {
            server.Start();
        }

        journal.Write([Event(2)]);
        Assert.Equal([1L, 2L], journal.Replay("a").Select(entry => entry.SequenceNr));
    }

    [Fact]
    public void A_connection_that_the_server_ended_is_made_anew()
    {
        var connectionString = server.NewSchema();
        using var journal = PostgreSqlJournal.Open(new PostgreSqlJournalOptions(connectionString));
        journal.Write([Event(1)]);
        Assert.Equal(1, journal.HighestSequenceNr("a"));
        PostgreSqlServer.Execute(connectionString, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'portsentry'");

        Assert.Equal(1, journal.HighestSequenceNr("a"));
        Assert.True(Assert.Throws<JournalException>(() => journal.Write([Event(2)])).MayRetry);
        journal.Write([Event(2)]);

        Assert.Equal(2, journal.HighestSequenceNr("a"));
    }

    [Fact]
    public void No_server_and_no_database_are_told_apart()
    {
        var nowhere = Assert.Throws<JournalException>(() => PostgreSqlJournal.Open(new PostgreSqlJournalOptions("Host=/nonexistent;Username=x;Database=y;Timeout=2")));
        Assert.Equal(JournalFailure.ConnectionLost, nowhere.Failure);
        var nothing = Assert.Throws<JournalException>(() => PostgreSqlJournal.Open(new PostgreSqlJournalOptions(server.ConnectionString.Replace("Database=postgres", "Database=nothing", StringComparison.Ordinal))));
        Assert.Equal((JournalFailure.NotFound, false), (nothing.Failure, nothing.MayRetry));
    }

    [Fact]
    public void A_server_that_takes_no_writes_says_so()
    {
        var connectionString = server.NewSchema();
        PostgreSqlJournal.Open(new PostgreSqlJournalOptions(connectionString)).Dispose();
        using var standby = PostgreSqlJournal.Open(new PostgreSqlJournalOptions(
            connectionString.Replace("client_min_messages=warning", "default_transaction_read_only=on", StringComparison.Ordinal)));

        var failure = Assert.Throws<JournalException>(() => standby.Write([Event(1)]));

        Assert.Equal((JournalFailure.NotPermitted, false), (failure.Failure, failure.MayRetry));
        Assert.Equal(0, standby.HighestSequenceNr("a"));
    }

    private static JournalEntry Event(long number) => new("a", number, "x", new[] { (byte)number }, ["t"], new Instant(0));
}
