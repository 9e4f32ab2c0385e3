using Microsoft.Extensions.Logging;
using PortSentry.Daemon.Configuration;
using PortSentry.Journal;
using PortSentry.Journal.PostgreSql;
using PortSentry.Journal.Sqlite;

namespace PortSentry.Daemon.Persistence;

/// <summary>The journal that the configuration names.</summary>
internal static class JournalOpener
{
    /// <param name="readOnly">For the commands that answer while no daemon runs.</param>
    /// <exception cref="JournalException">It cannot be opened; the message says what to do.</exception>
    public static IEventJournal Open(PortSentryOptions options, ILogger logger, bool readOnly = false) => options.Journal.Kind == JournalKind.PostgreSql
        ? PostgreSqlJournal.Open(new PostgreSqlJournalOptions(options.Journal.ConnectionString), logger)
        : SqliteJournal.Open(
            new SqliteJournalOptions(SqliteFile(options)) { Synchronous = options.Journal.Synchronous, ReadOnly = readOnly },
            logger);

    public static string SqliteFile(PortSentryOptions options) => Path.Combine(options.StateDirectory, "journal.db");
}
