using Akka.Configuration;
using PortSentry.Daemon.Configuration;

namespace PortSentry.Daemon.Persistence.Akka;

/// <summary>The settings of Akka.Persistence.Sql on the journal that the configuration names.</summary>
internal static class SqlPlugin
{
    private const string Journal = "akka.persistence.journal";
    private const string Snapshots = "akka.persistence.snapshot-store";

    // auto-initialize: our journal was opened before and has made the tables. Two connections at a time: SQLite has one writer, and
    // replays wait for their turn in the plug-in rather than for a lock.
    public static Config Settings(PortSentryOptions options)
    {
        var (provider, connection) = options.Journal.Kind == JournalKind.PostgreSql
            ? ("PostgreSQL.15", options.Journal.ConnectionString)
            : ("SQLite.MS", $"Data Source={JournalOpener.SqliteFile(options)}");
        var store = $$"""
            {
              connection-string = {{Quoted(connection)}}
              provider-name = {{Quoted(provider)}}
              auto-initialize = false
            }
            """;
        return ConfigurationFactory.ParseString($$"""
            {{Journal}} {
              plugin = "{{Journal}}.sql"
              sql = {{store}}
              sql.class = {{Quoted(typeof(TaggingSqlJournal).AssemblyQualifiedName!)}}
            }
            {{Snapshots}} {
              plugin = "{{Snapshots}}.sql"
              sql = {{store}}
            }
            """).WithFallback(global::Akka.Persistence.Sql.SqlPersistence.DefaultConfiguration);
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
