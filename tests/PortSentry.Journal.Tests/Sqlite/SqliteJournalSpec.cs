using System.Globalization;
using Microsoft.Data.Sqlite;
using PortSentry.Journal.Sqlite;

namespace PortSentry.Journal.Tests.Sqlite;

public sealed class SqliteJournalSpec : JournalSpec
{
    private readonly TemporaryFolder _folder = new();

    protected override IReadOnlyList<string> AkkaColumns =>
    [
        "journal.ordering INTEGER not null",
        "journal.created INTEGER not null",
        "journal.deleted Bit not null",
        "journal.persistence_id NVarChar(255) not null",
        "journal.sequence_number INTEGER not null",
        "journal.message VarBinary not null",
        "journal.manifest NVarChar(500) null",
        "journal.identifier INTEGER null",
        "journal.writer_uuid NVarChar(128) null",
        "snapshot.persistence_id NVarChar(255) not null",
        "snapshot.sequence_number INTEGER not null",
        "snapshot.created INTEGER not null",
        "snapshot.snapshot VarBinary null",
        "snapshot.manifest NVarChar(500) null",
        "snapshot.serializer_id INTEGER null",
        "tags.ordering_id INTEGER not null",
        "tags.tag NVarChar(64) not null",
        "tags.sequence_nr INTEGER not null",
        "tags.persistence_id NVarChar(255) not null",
    ];

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    protected override IEventJournal OpenStore() => SqliteJournal.Open(new SqliteJournalOptions(_folder.File("journal.db")));

    protected override IReadOnlyList<string> Columns()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT m.name || '.' || c.name || ' ' || c.type || iif(c."notnull", ' not null', ' null')
            FROM sqlite_master m JOIN pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name IN ('journal', 'tags', 'snapshot') ORDER BY m.name, c.cid
            """;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(reader.GetString(0));
        return rows;
    }

    protected override void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql.ToString(CultureInfo.InvariantCulture);
        command.ExecuteNonQuery();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={_folder.File("journal.db")};Pooling=False");
        connection.Open();
        return connection;
    }
}
