using System.Data.Common;
using Akka.Configuration;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using PortSentry.Daemon.Configuration;

namespace PortSentry.Daemon.Persistence.Akka;

/// <summary>The settings of Akka.Persistence.Sql on the journal that the configuration names.</summary>
internal static class SqlPlugin
{
    // auto-initialize: our journal was opened before and has made the tables.
    private static readonly Config Plugins = ConfigurationFactory.ParseString($$"""
        akka.persistence {
          journal.plugin = "akka.persistence.journal.sql"
          journal.sql.class = "{{typeof(TaggingSqlJournal).AssemblyQualifiedName}}"
          journal.sql.auto-initialize = false
          snapshot-store.plugin = "akka.persistence.snapshot-store.sql"
          snapshot-store.sql.auto-initialize = false
        }
        """);

    public static Config Settings => Plugins.WithFallback(SqlPersistence.DefaultConfiguration);

    /// <summary>Where the tables are. Part of the system's setup, not of its settings: a password in it must not be printed with them.</summary>
    public static DataOptionsSetup Store(PortSentryOptions options) => new(options.Journal.Kind == JournalKind.PostgreSql
        ? new DataOptions().UseConnectionString(ProviderName.PostgreSQL15, options.Journal.ConnectionString)
        : new DataOptions()
            .UseConnectionString(ProviderName.SQLiteMS, $"Data Source={JournalOpener.SqliteFile(options)}")
            .UseAfterConnectionOpened(opened => Synchronous(opened, options.Journal)));

    // A property of a connection, not of the file: without this each event would wait for an fsync.
    private static void Synchronous(DbConnection opened, JournalOptions journal)
    {
        using var pragma = opened.CreateCommand();
#pragma warning disable CA2100 // The name of an enum's value.
        pragma.CommandText = $"PRAGMA synchronous = {journal.Synchronous}";
#pragma warning restore CA2100
        pragma.ExecuteNonQuery();
    }
}
