using Microsoft.Extensions.Logging;
using Npgsql;

namespace PortSentry.Journal.PostgreSql;

/// <summary>The tables. Names, columns and types are those that Akka.Persistence.Sql 1.5.30 makes for ProviderName.PostgreSQL15.</summary>
internal static class PostgreSqlSchema
{
    // COLLATE "C" changes no type: it lets journal_uq serve the search by prefix whatever the database's language is.
    // Indexes: as in the SQLite schema, only those that something here reads.
    private const string First = """
        CREATE TABLE IF NOT EXISTS journal (
            ordering        BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
            created         BIGINT  NOT NULL,
            deleted         BOOLEAN NOT NULL,
            persistence_id  TEXT COLLATE "C" NOT NULL,
            sequence_number BIGINT  NOT NULL,
            message         BYTEA   NOT NULL,
            manifest        TEXT        NULL,
            identifier      INT         NULL,
            writer_uuid     TEXT        NULL,
            CONSTRAINT "PK_journal" PRIMARY KEY (ordering),
            CONSTRAINT journal_uq UNIQUE (persistence_id, sequence_number)
        );
        CREATE TABLE IF NOT EXISTS tags (
            ordering_id    BIGINT NOT NULL,
            tag            TEXT   NOT NULL,
            sequence_nr    BIGINT NOT NULL,
            persistence_id TEXT COLLATE "C" NOT NULL,
            CONSTRAINT "PK_tags" PRIMARY KEY (ordering_id, tag)
        );
        CREATE INDEX IF NOT EXISTS tags_persistence_id_sequence_nr_idx ON tags (persistence_id, sequence_nr);
        CREATE INDEX IF NOT EXISTS portsentry_tags_idx ON tags (tag, ordering_id);
        CREATE TABLE IF NOT EXISTS snapshot (
            persistence_id  TEXT COLLATE "C" NOT NULL,
            sequence_number BIGINT NOT NULL,
            created         BIGINT NOT NULL,
            snapshot        BYTEA      NULL,
            manifest        TEXT       NULL,
            serializer_id   INT        NULL,
            CONSTRAINT "PK_snapshot" PRIMARY KEY (persistence_id, sequence_number)
        );
        """;

    // Any number of our own: two daemons that start at once must not both migrate.
    private const long MigrationLock = 0x506F_7274_5365_6E74;

    public static readonly IReadOnlyList<SchemaStep> Steps =
    [
        new(1, "tables of Akka.Persistence.Sql 1.5", First),
    ];

    /// <summary>Brings the database to the newest version, in one transaction.</summary>
    /// <exception cref="JournalException">It is newer than this program.</exception>
    public static void Migrate(NpgsqlConnection connection, string store, TimeProvider time, ILogger logger)
    {
        if (Version(connection) == Steps[^1].Version) return;
        using var transaction = connection.BeginTransaction();
        Execute(connection, $"SELECT pg_advisory_xact_lock({MigrationLock})");
        Execute(connection, "CREATE TABLE IF NOT EXISTS portsentry_schema (version INT NOT NULL PRIMARY KEY, description TEXT NOT NULL, applied TEXT NOT NULL)");
        foreach (var step in SchemaStep.Missing(Steps, Version(connection), store))
        {
            Execute(connection, step.Sql);
            using var note = new NpgsqlCommand("INSERT INTO portsentry_schema (version, description, applied) VALUES ($1, $2, $3)", connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<int> { TypedValue = step.Version },
                    new NpgsqlParameter<string> { TypedValue = step.Description },
                    new NpgsqlParameter<string> { TypedValue = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null) },
                },
            };
            note.ExecuteNonQuery();
            logger.Migrated(store, step.Version, step.Description);
        }

        transaction.Commit();
    }

    private static int Version(NpgsqlConnection connection)
    {
        using var exists = new NpgsqlCommand("SELECT to_regclass('portsentry_schema') IS NOT NULL", connection);
        if (exists.ExecuteScalar() is not true) return 0;
        using var version = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM portsentry_schema", connection);
        return (int)version.ExecuteScalar()!;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Only constants of this file come here.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
