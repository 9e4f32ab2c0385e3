using PortSentry.Journal.Sqlite;

namespace PortSentry.Daemon.Configuration;

public enum JournalKind
{
    Sqlite,
    PostgreSql,
}

/// <param name="ConnectionString">Of PostgreSQL; empty unless that is the kind.</param>
/// <param name="Keep">Sources without an event for so long are forgotten.</param>
public sealed record JournalOptions(JournalKind Kind, SqliteSynchronous Synchronous, string ConnectionString, TimeSpan Keep);
