using PortSentry.Journal.Sqlite;

namespace PortSentry.Daemon.Configuration;

public enum JournalKind
{
    Sqlite,
    PostgreSql,
}

/// <param name="ConnectionString">Of PostgreSQL; empty unless that is the kind.</param>
public sealed record JournalOptions(JournalKind Kind, SqliteSynchronous Synchronous, string ConnectionString);
