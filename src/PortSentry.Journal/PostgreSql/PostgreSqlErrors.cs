using Npgsql;

namespace PortSentry.Journal.PostgreSql;

/// <summary>SQLSTATE codes (PostgreSQL manual, appendix A) in the terms of <see cref="JournalFailure"/>.</summary>
internal static class PostgreSqlErrors
{
    public static JournalException ToJournalException(this NpgsqlException fault, string store) => fault switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory } => new(
            JournalFailure.DiskFull, $"The server of the journal {store} has no room ({fault.Message}): free space there; writing goes on by itself then.", fault),
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.TooManyConnections } => new(
            JournalFailure.Locked, $"The server of the journal {store} is busy ({fault.Message}): it will be tried again; raise max_connections if this stays.", fault),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InvalidSchemaName } => new(
            JournalFailure.NotFound, $"There is no database for the journal {store} ({fault.Message}): create it (createdb) or name another.", fault),
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } => new(
            JournalFailure.NotPermitted, $"The journal {store} refuses this user ({fault.Message}): grant it, or name another user.", fault),
        PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted } => new(
            JournalFailure.Corrupt, $"The server reports damage in the journal {store} ({fault.Message}): restore it from a backup.", fault),
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow } => Lost(fault, store),
        PostgresException server => new(JournalFailure.Other, $"The journal {store} failed: {server.Message} (SQLSTATE {server.SqlState}).", fault),
        _ => Lost(fault, store),
    };

    private static JournalException Lost(NpgsqlException fault, string store) => new(
        JournalFailure.ConnectionLost, $"The server of the journal {store} does not answer ({fault.Message}): check that it runs; the next write connects again.", fault);
}
