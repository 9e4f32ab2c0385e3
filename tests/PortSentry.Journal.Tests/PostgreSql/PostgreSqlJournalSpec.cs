using Npgsql;
using PortSentry.Journal.PostgreSql;

namespace PortSentry.Journal.Tests.PostgreSql;

public sealed class PostgreSqlJournalSpec(PostgreSqlServer server) : JournalSpec, IClassFixture<PostgreSqlServer>
{
    private readonly string _connectionString = server.NewSchema();

    protected override IReadOnlyList<string> AkkaColumns =>
    [
        "journal.ordering bigint not null",
        "journal.created bigint not null",
        "journal.deleted boolean not null",
        "journal.persistence_id text not null",
        "journal.sequence_number bigint not null",
        "journal.message bytea not null",
        "journal.manifest text null",
        "journal.identifier integer null",
        "journal.writer_uuid text null",
        "snapshot.persistence_id text not null",
        "snapshot.sequence_number bigint not null",
        "snapshot.created bigint not null",
        "snapshot.snapshot bytea null",
        "snapshot.manifest text null",
        "snapshot.serializer_id integer null",
        "tags.ordering_id bigint not null",
        "tags.tag text not null",
        "tags.sequence_nr bigint not null",
        "tags.persistence_id text not null",
    ];

    protected override IEventJournal OpenStore() => PostgreSqlJournal.Open(new PostgreSqlJournalOptions(_connectionString));

    protected override IReadOnlyList<string> Columns()
    {
        using var connection = new NpgsqlConnection(_connectionString + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(
            """
            SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'YES' THEN ' null' ELSE ' not null' END
            FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name IN ('journal', 'tags', 'snapshot') ORDER BY table_name COLLATE "C", ordinal_position
            """,
            connection);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(reader.GetString(0));
        return rows;
    }

    protected override void Execute(string sql) => PostgreSqlServer.Execute(_connectionString, sql);
}
