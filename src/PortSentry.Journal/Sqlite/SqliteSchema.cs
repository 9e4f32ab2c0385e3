using Microsoft.Extensions.Logging;

namespace PortSentry.Journal.Sqlite;

/// <summary>The tables. Names, columns and types are those that Akka.Persistence.Sql 1.5.30 makes for ProviderName.SQLiteMS.</summary>
internal static class SqliteSchema
{
    // Of the plug-in's indexes only those are made that something here reads: journal_created_idx, journal_sequence_number_idx,
    // tags_tag_idx and the two of snapshot would cost a third of the write rate. The plug-in adds them at its own first start.
    private const string First = """
        CREATE TABLE IF NOT EXISTS journal (
            ordering        INTEGER       NOT NULL PRIMARY KEY AUTOINCREMENT,
            created         INTEGER       NOT NULL,
            deleted         Bit           NOT NULL,
            persistence_id  NVarChar(255) NOT NULL,
            sequence_number INTEGER       NOT NULL,
            message         VarBinary     NOT NULL,
            manifest        NVarChar(500)     NULL,
            identifier      INTEGER           NULL,
            writer_uuid     NVarChar(128)     NULL
        );
        CREATE UNIQUE INDEX IF NOT EXISTS journal_uq ON journal (persistence_id, sequence_number);
        CREATE TABLE IF NOT EXISTS tags (
            ordering_id    INTEGER       NOT NULL,
            tag            NVarChar(64)  NOT NULL,
            sequence_nr    INTEGER       NOT NULL,
            persistence_id NVarChar(255) NOT NULL,
            CONSTRAINT PK_tags PRIMARY KEY (ordering_id, tag)
        );
        CREATE INDEX IF NOT EXISTS tags_persistence_id_sequence_nr_idx ON tags (persistence_id, sequence_nr);
        CREATE INDEX IF NOT EXISTS portsentry_tags_idx ON tags (tag, ordering_id);
        CREATE TABLE IF NOT EXISTS snapshot (
            persistence_id  NVarChar(255) NOT NULL,
            sequence_number INTEGER       NOT NULL,
            created         INTEGER       NOT NULL,
            snapshot        VarBinary         NULL,
            manifest        NVarChar(500)     NULL,
            serializer_id   INTEGER           NULL,
            CONSTRAINT PK_snapshot PRIMARY KEY (persistence_id, sequence_number)
        );
        """;

    public static readonly IReadOnlyList<SchemaStep> Steps =
    [
        new(1, "tables of Akka.Persistence.Sql 1.5", First),
    ];

    /// <summary>Brings the database to the newest version, in one transaction.</summary>
    /// <exception cref="JournalException">It is newer than this program.</exception>
    public static void Migrate(SqliteSession session, string file, TimeProvider time, ILogger logger)
    {
        if (Version(session) == Steps[^1].Version) return;
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            session.Execute("""
                CREATE TABLE IF NOT EXISTS portsentry_schema (
                    version INTEGER NOT NULL PRIMARY KEY, description TEXT NOT NULL, applied TEXT NOT NULL)
                """);
            foreach (var step in SchemaStep.Missing(Steps, Version(session), file))
            {
                session.Execute(step.Sql);
                session["INSERT INTO portsentry_schema (version, description, applied) VALUES (?, ?, ?)"]
                    .Bind(1, step.Version)
                    .Bind(2, step.Description)
                    .Bind(3, time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null))
                    .Run();
                logger.Migrated(file, step.Version, step.Description);
            }

            session.Execute("COMMIT");
        }
        catch
        {
            if (session.InTransaction) session.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>0 where the database has no version table.</summary>
    public static int Version(SqliteSession session)
    {
        if (session["SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'portsentry_schema'"].Scalar() is null) return 0;
        return (int)(session["SELECT max(version) FROM portsentry_schema"].Scalar() ?? 0);
    }
}
