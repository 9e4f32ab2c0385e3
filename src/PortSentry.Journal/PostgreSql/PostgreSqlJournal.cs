using System.Data;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using PortSentry.Core;

namespace PortSentry.Journal.PostgreSql;

/// <summary>The journal on a PostgreSQL server (12 or newer; tested on 15): for a fleet, or where the host has no disk to write to.</summary>
public sealed class PostgreSqlJournal : IEventJournal
{
    private const int PageRows = 512;
    private const string EntryColumns = "ordering, persistence_id, sequence_number, manifest, message, created";
    private const string AllTags = "(SELECT array_agg(a.tag) FROM tags a WHERE a.ordering_id = j.ordering)";

    // One array a column: one statement and one plan for every batch size, and the arrays travel in binary.
    private const string InsertEvents = """
        INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
        SELECT e.created, false, e.id, e.nr, e.message, e.manifest, $6, $7
        FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS e (created, id, nr, message, manifest, place)
        ORDER BY e.place
        """;

    private const string InsertTags = """
        INSERT INTO tags (ordering_id, tag, sequence_nr, persistence_id)
        SELECT j.ordering, t.tag, t.nr, t.id
        FROM unnest($1, $2, $3) AS t (tag, nr, id)
        JOIN journal j ON j.persistence_id = t.id AND j.sequence_number = t.nr
        """;

    private readonly NpgsqlDataSource _source;
    private readonly string _store;
    private readonly ILogger _logger;
    private readonly Lock _writing = new();
    private readonly string _writerId = Guid.NewGuid().ToString("D");
    private NpgsqlConnection? _writer;
    private bool _disposed;

    private PostgreSqlJournal(NpgsqlDataSource source, string store, ILogger logger)
    {
        _source = source;
        _store = store;
        _logger = logger;
    }

    /// <summary>Connects, and brings the tables to the newest version.</summary>
    /// <exception cref="JournalException">No server, no database, no permission, a newer schema.</exception>
    public static PostgreSqlJournal Open(PostgreSqlJournalOptions options, ILogger? logger = null)
    {
        logger ??= NullLogger.Instance;
        var text = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = "portsentry",
            CommandTimeout = Math.Max(1, (int)options.CommandTimeout.TotalSeconds),
            MaxPoolSize = options.Readers + 1,
            // Replay, highest number and snapshot are the same few texts over and over: prepared at their second use.
            MaxAutoPrepare = 32,
            AutoPrepareMinUsages = 2,
            // A server that vanished without a word must not hold the writer for the kernel's two hours.
            TcpKeepAlive = true,
            IncludeErrorDetail = false,
        };
        var store = $"{text.Database}@{text.Host}";
        var journal = new PostgreSqlJournal(NpgsqlDataSource.Create(text.ToString()), store, logger);
        try
        {
            journal.Guard(connection => PostgreSqlSchema.Migrate(connection, store, options.Time, logger));
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    public void Write(IReadOnlyList<JournalEntry> batch)
    {
        if (batch.Count == 0) return;
        foreach (var entry in batch) Limits.Check(entry);
        Guard(connection =>
        {
            try
            {
                Insert(connection, batch);
            }
            catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                var missing = WithoutOurs(connection, batch);
                if (missing.Count > 0) Insert(connection, missing);
            }
        });
    }

    public IEnumerable<JournalEntry> Replay(string persistenceId, long fromSequenceNr = 1, long toSequenceNr = long.MaxValue, long max = long.MaxValue)
    {
        var from = fromSequenceNr;
        while (max > 0 && from <= toSequenceNr)
        {
            var rows = Math.Min(max, PageRows);
            var page = Read(
                $"SELECT {EntryColumns} FROM journal WHERE persistence_id = $1 AND sequence_number BETWEEN $2 AND $3 AND NOT deleted ORDER BY sequence_number LIMIT $4",
                ReadEntry,
                Text(persistenceId), Long(from), Long(toSequenceNr), Long(rows));
            foreach (var entry in page) yield return entry;
            if (page.Count < rows || page[^1].SequenceNr == long.MaxValue) yield break;
            max -= page.Count;
            from = page[^1].SequenceNr + 1;
        }
    }

    public long HighestSequenceNr(string persistenceId) => Read(
        "SELECT coalesce(max(sequence_number), 0) FROM journal WHERE persistence_id = $1",
        row => row.GetInt64(0),
        Text(persistenceId))[0];

    public void DeleteTo(string persistenceId, long toSequenceNr) => Batch(
        ("DELETE FROM tags WHERE persistence_id = $1 AND sequence_nr <= $2", [Text(persistenceId), Long(toSequenceNr)]),
        ("DELETE FROM journal WHERE persistence_id = $1 AND sequence_number < (SELECT max(sequence_number) FROM journal WHERE persistence_id = $1 AND sequence_number <= $2)", [Text(persistenceId), Long(toSequenceNr)]),
        ("UPDATE journal SET deleted = true, message = ''::bytea WHERE persistence_id = $1 AND sequence_number <= $2", [Text(persistenceId), Long(toSequenceNr)]));

    public void SaveSnapshots(IReadOnlyList<JournalSnapshot> batch)
    {
        if (batch.Count == 0) return;
        foreach (var snapshot in batch) Limits.Check(snapshot);
        // One statement may not touch a row twice: of several with one number the last counts, as if written one by one.
        var last = batch.GroupBy(snapshot => (snapshot.PersistenceId, snapshot.SequenceNr)).Select(same => same.Last()).ToArray();
        Batch((
            """
            INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id)
            SELECT s.*, $6 FROM unnest($1, $2, $3, $4, $5) AS s
            ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET
                created = excluded.created, snapshot = excluded.snapshot, manifest = excluded.manifest, serializer_id = excluded.serializer_id
            """,
            [
                Array(last, snapshot => snapshot.PersistenceId, NpgsqlDbType.Text),
                Array(last, snapshot => snapshot.SequenceNr, NpgsqlDbType.Bigint),
                Array(last, snapshot => AkkaTables.ToTicks(snapshot.Created), NpgsqlDbType.Bigint),
                Array(last, snapshot => snapshot.Payload, NpgsqlDbType.Bytea),
                Array(last, snapshot => snapshot.Manifest, NpgsqlDbType.Text),
                new NpgsqlParameter<int> { TypedValue = AkkaTables.SerializerId },
            ]));
    }

    public JournalSnapshot? LoadSnapshot(string persistenceId, SnapshotCriteria criteria) => Read(
        "SELECT sequence_number, manifest, snapshot, created FROM snapshot WHERE persistence_id = $1 AND sequence_number BETWEEN $2 AND $3 AND created BETWEEN $4 AND $5 ORDER BY sequence_number DESC LIMIT 1",
        row => new JournalSnapshot(persistenceId, row.GetInt64(0), row.GetString(1), row.GetFieldValue<byte[]>(2), AkkaTables.FromTicks(row.GetInt64(3))),
        Match(persistenceId, criteria)).FirstOrDefault();

    public void DeleteSnapshots(string persistenceId, SnapshotCriteria criteria) => Batch(
        ("DELETE FROM snapshot WHERE persistence_id = $1 AND sequence_number BETWEEN $2 AND $3 AND created BETWEEN $4 AND $5", Match(persistenceId, criteria)));

    public IReadOnlyList<JournalEntry> ReadByTag(string tag, long afterOrdering, int max) => Read(
        $"SELECT {EntryColumns}, {AllTags} FROM (SELECT ordering_id FROM tags WHERE tag = $1 AND ordering_id > $2 ORDER BY ordering_id LIMIT $3) t JOIN journal j ON j.ordering = t.ordering_id WHERE NOT j.deleted ORDER BY j.ordering",
        ReadTagged,
        Text(tag), Long(afterOrdering), Long(max));

    public IReadOnlyList<JournalEntry> ReadLatestByTag(string tag, long beforeOrdering, int max) => Read(
        $"SELECT {EntryColumns}, {AllTags} FROM (SELECT ordering_id FROM tags WHERE tag = $1 AND ordering_id < $2 ORDER BY ordering_id DESC LIMIT $3) t JOIN journal j ON j.ordering = t.ordering_id WHERE NOT j.deleted ORDER BY j.ordering DESC",
        ReadTagged,
        Text(tag), Long(beforeOrdering), Long(max));

    // Jumps from id to id in the index instead of reading every event's entry (what DISTINCT would do).
    public IReadOnlyList<string> PersistenceIds(string prefix, string? after, int max) => Read(
        """
        WITH RECURSIVE ids (id) AS (
            (SELECT persistence_id COLLATE "C" FROM journal
             WHERE persistence_id COLLATE "C" >= $1 AND persistence_id COLLATE "C" > $2 ORDER BY persistence_id COLLATE "C" LIMIT 1)
            UNION ALL
            SELECT (SELECT persistence_id COLLATE "C" FROM journal
                    WHERE persistence_id COLLATE "C" > ids.id ORDER BY persistence_id COLLATE "C" LIMIT 1)
            FROM ids WHERE starts_with(ids.id, $1)
        )
        SELECT id FROM ids WHERE starts_with(id, $1) LIMIT $3
        """,
        row => row.GetString(0),
        Text(prefix), Text(after ?? ""), Long(max));

    public IdlePage FindIdle(string prefix, Instant before, long afterOrdering, int maxRows)
    {
        var limit = AkkaTables.ToTicks(before);
        var rows = Read(
            """
            SELECT ordering, persistence_id, created,
                created < $3 AND starts_with(persistence_id, $4)
                AND NOT EXISTS (SELECT 1 FROM journal k WHERE k.persistence_id = j.persistence_id AND k.created >= $3)
                AND NOT EXISTS (SELECT 1 FROM snapshot s WHERE s.persistence_id = j.persistence_id AND s.created >= $3)
            FROM journal j WHERE ordering > $1 ORDER BY ordering LIMIT $2
            """,
            row => (Ordering: row.GetInt64(0), Id: row.GetString(1), Created: row.GetInt64(2), Idle: row.GetBoolean(3)),
            Long(afterOrdering), Long(maxRows), Long(limit), Text(prefix));
        var idle = rows.Where(row => row.Idle).Select(row => row.Id).Distinct(StringComparer.Ordinal).ToArray();
        var ended = rows.Count < maxRows || rows.TrueForAll(row => row.Created >= limit);
        return new IdlePage(idle, ended ? null : rows[^1].Ordering);
    }

    public void Forget(IReadOnlyCollection<string> persistenceIds) => Batch(
        ("DELETE FROM tags WHERE persistence_id = ANY ($1)", [Array(persistenceIds, id => id, NpgsqlDbType.Text)]),
        ("DELETE FROM journal WHERE persistence_id = ANY ($1)", [Array(persistenceIds, id => id, NpgsqlDbType.Text)]),
        ("DELETE FROM snapshot WHERE persistence_id = ANY ($1)", [Array(persistenceIds, id => id, NpgsqlDbType.Text)]));

    public JournalSize Size() => Read(
        "SELECT (pg_total_relation_size('journal') + pg_total_relation_size('tags') + pg_total_relation_size('snapshot'))::bigint",
        row => new JournalSize(row.GetInt64(0), 0, 0))[0];

    public long Reclaim(long maxBytes) => 0;

    public void Dispose()
    {
        lock (_writing)
        {
            if (_disposed) return;
            _disposed = true;
            _writer?.Dispose();
            _source.Dispose();
        }
    }

    private void Insert(NpgsqlConnection connection, IReadOnlyList<JournalEntry> entries)
    {
        // Both commands of a batch are one transaction: the server commits at the Sync that ends it.
        using var batch = new NpgsqlBatch(connection);
        Add(batch, InsertEvents,
            Array(entries, entry => AkkaTables.ToTicks(entry.Created), NpgsqlDbType.Bigint),
            Array(entries, entry => entry.PersistenceId, NpgsqlDbType.Text),
            Array(entries, entry => entry.SequenceNr, NpgsqlDbType.Bigint),
            Array(entries, entry => entry.Payload, NpgsqlDbType.Bytea),
            Array(entries, entry => entry.Manifest, NpgsqlDbType.Text),
            new NpgsqlParameter<int> { TypedValue = AkkaTables.SerializerId },
            Text(_writerId));
        var tags = entries.SelectMany(entry => entry.Tags, (entry, tag) => (entry, tag)).ToArray();
        if (tags.Length > 0)
        {
            Add(batch, InsertTags,
                Array(tags, tag => tag.tag, NpgsqlDbType.Text),
                Array(tags, tag => tag.entry.SequenceNr, NpgsqlDbType.Bigint),
                Array(tags, tag => tag.entry.PersistenceId, NpgsqlDbType.Text));
        }

        batch.ExecuteNonQuery();
    }

    // A batch whose answer was lost may be in the database already. Returns what is not, or says whose number is taken.
    private List<JournalEntry> WithoutOurs(NpgsqlConnection connection, IReadOnlyList<JournalEntry> batch)
    {
        using var command = Command(
            connection,
            """
            SELECT e.place, j.writer_uuid = $5 AND j.message = e.message AND j.manifest = e.manifest
            FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS e (id, nr, message, manifest, place)
            JOIN journal j ON j.persistence_id = e.id AND j.sequence_number = e.nr
            """,
            Array(batch, entry => entry.PersistenceId, NpgsqlDbType.Text),
            Array(batch, entry => entry.SequenceNr, NpgsqlDbType.Bigint),
            Array(batch, entry => entry.Payload, NpgsqlDbType.Bytea),
            Array(batch, entry => entry.Manifest, NpgsqlDbType.Text),
            Text(_writerId));
        var stored = new HashSet<int>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                var place = (int)reader.GetInt64(0) - 1;
                if (reader.IsDBNull(1) || !reader.GetBoolean(1))
                    throw JournalException.Taken(_store, batch[place].PersistenceId, batch[place].SequenceNr);
                stored.Add(place);
            }
        }

        var missing = batch.Where((_, place) => !stored.Contains(place)).ToList();
        if (missing.Count < batch.Count) return missing;

        // Nothing of it is stored: the batch itself has a number twice. The same event twice counts once, as with SQLite.
        var seen = new Dictionary<(string, long), JournalEntry>();
        var distinct = new List<JournalEntry>(batch.Count);
        foreach (var entry in batch)
        {
            if (seen.TryAdd((entry.PersistenceId, entry.SequenceNr), entry))
            {
                distinct.Add(entry);
                continue;
            }

            var first = seen[(entry.PersistenceId, entry.SequenceNr)];
            if (first.Manifest != entry.Manifest || !first.Payload.Span.SequenceEqual(entry.Payload.Span))
                throw JournalException.Taken(_store, entry.PersistenceId, entry.SequenceNr);
        }

        return distinct;
    }

    private List<T> Read<T>(string sql, Func<NpgsqlDataReader, T> row, params NpgsqlParameter[] parameters)
    {
        // A pooled connection may be one that the server closed long ago; that shows at its first use only. One more try takes a new one.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var connection = _source.OpenConnection();
                using var command = Command(connection, sql, parameters);
                using var reader = command.ExecuteReader();
                var list = new List<T>();
                while (reader.Read()) list.Add(row(reader));
                return list;
            }
            catch (NpgsqlException fault)
            {
                var failure = fault.ToJournalException(_store);
                if (failure.Failure != JournalFailure.ConnectionLost || attempt == 2) throw failure;
                _source.Clear();
            }
        }
    }

    private void Batch(params (string Sql, NpgsqlParameter[] Parameters)[] commands) => Guard(connection =>
    {
        using var batch = new NpgsqlBatch(connection);
        foreach (var (sql, parameters) in commands) Add(batch, sql, parameters);
        batch.ExecuteNonQuery();
    });

    private void Guard(Action<NpgsqlConnection> work)
    {
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                work(_writer ??= _source.OpenConnection());
            }
            catch (NpgsqlException fault)
            {
                var failure = fault.ToJournalException(_store);
                if (failure.Failure == JournalFailure.ConnectionLost || _writer?.State != ConnectionState.Open)
                {
                    _writer?.Dispose();
                    _writer = null;
                    _source.Clear();
                    _logger.ConnectionLost(_store, fault.Message);
                }

                throw failure;
            }
        }
    }

    private static JournalEntry ReadEntry(NpgsqlDataReader row) =>
        new(row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetFieldValue<byte[]>(4), [], AkkaTables.FromTicks(row.GetInt64(5)))
        {
            Ordering = row.GetInt64(0),
        };

    private static JournalEntry ReadTagged(NpgsqlDataReader row) => ReadEntry(row) with { Tags = row.GetFieldValue<string[]>(6) };

    private static NpgsqlParameter[] Match(string persistenceId, SnapshotCriteria criteria) =>
    [
        Text(persistenceId),
        Long(criteria.MinSequenceNr), Long(criteria.MaxSequenceNr),
        Long(AkkaTables.ToTicks(criteria.MinCreated)), Long(AkkaTables.ToTicks(criteria.MaxCreated)),
    ];

    private static void Add(NpgsqlBatch batch, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
#pragma warning disable CA2100 // Only constants of this file come here.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var parameter in parameters) command.Parameters.Add(parameter.Clone());
        return command;
    }

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static NpgsqlParameter<long> Long(long value) => new() { TypedValue = value };

    private static NpgsqlParameter<TColumn[]> Array<TRow, TColumn>(IReadOnlyCollection<TRow> rows, Func<TRow, TColumn> column, NpgsqlDbType type)
    {
        var values = new TColumn[rows.Count];
        var i = 0;
        foreach (var row in rows) values[i++] = column(row);
        return new NpgsqlParameter<TColumn[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }
}
