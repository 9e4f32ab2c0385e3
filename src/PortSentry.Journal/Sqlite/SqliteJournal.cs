using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PortSentry.Core;

namespace PortSentry.Journal.Sqlite;

/// <summary>The embedded journal: one SQLite file in WAL mode, one writer connection, readers beside it.</summary>
public sealed class SqliteJournal : IEventJournal
{
    private const int PageRows = 512;
    private const string EntryColumns = "ordering, persistence_id, sequence_number, manifest, message, created";
    private const string AllTags = "(SELECT group_concat(a.tag, ';') FROM tags a WHERE a.ordering_id = j.ordering)";

    private readonly SqliteJournalOptions _options;
    private readonly ILogger _logger;
    private readonly SqliteReaders _readers;
    private readonly SqliteSession? _writer;
    private readonly Lock _writing = new();
    private readonly string _writerId = Guid.NewGuid().ToString("D");
    private bool _disposed;

    private SqliteJournal(SqliteJournalOptions options, SqliteSession? writer, ILogger logger)
    {
        _options = options;
        _writer = writer;
        _logger = logger;
        _readers = new SqliteReaders(options);
    }

    /// <summary>
    /// Opens the file, or makes it (mode 0600). A damaged file is moved to FILE.corrupt-TIME and a fresh one begun: a watcher
    /// without memory is better than one that does not start.
    /// </summary>
    /// <exception cref="JournalException">No room, no permission, a newer schema; with ReadOnly also a missing or damaged file.</exception>
    public static SqliteJournal Open(SqliteJournalOptions options, ILogger? logger = null)
    {
        logger ??= NullLogger.Instance;
        try
        {
            return options.ReadOnly ? OpenReadOnly(options, logger) : OpenWritable(options, logger);
        }
        catch (SqliteException fault)
        {
            throw fault.ToJournalException(options.File);
        }
        catch (TypeInitializationException fault) when (fault.InnerException is DllNotFoundException)
        {
            throw new JournalException(JournalFailure.Other, $"The journal {options.File} cannot be opened: libe_sqlite3.so, a part of this program, is missing or damaged. Install the program anew.", fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new JournalException(JournalFailure.NotPermitted, $"The journal {options.File} cannot be opened: {fault.Message} Run as root or change its owner.", fault);
        }
        catch (DirectoryNotFoundException fault)
        {
            throw new JournalException(JournalFailure.NotFound, $"The directory of the journal {options.File} does not exist: make it, or name another state directory.", fault);
        }
        catch (IOException fault)
        {
            throw new JournalException(JournalFailure.DiskFull, $"The journal {options.File} could not be made: {fault.Message} Free space on its file system or check the disk.", fault);
        }
    }

    public void Write(IReadOnlyList<JournalEntry> batch)
    {
        if (batch.Count == 0) return;
        foreach (var entry in batch) Limits.Check(entry);
        Transact(batch, static (self, session, batch) =>
        {
            var insert = session["INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid) VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING"];
            var tag = session["INSERT INTO tags (ordering_id, tag, sequence_nr, persistence_id) VALUES (?1, ?2, ?3, ?4)"];
            insert.Bind(6, AkkaTables.SerializerId).Bind(7, self._writerId);
            foreach (var entry in batch)
            {
                insert.Bind(1, AkkaTables.ToTicks(entry.Created))
                    .Bind(2, entry.PersistenceId)
                    .Bind(3, entry.SequenceNr)
                    .Bind(4, entry.Payload.Span)
                    .Bind(5, entry.Manifest)
                    .Run();
                if (session.Changes == 0)
                {
                    self.RequireOurs(session, entry);
                    continue;
                }

                var ordering = session.LastRowId;
                foreach (var name in entry.Tags)
                    tag.Bind(1, ordering).Bind(2, name).Bind(3, entry.SequenceNr).Bind(4, entry.PersistenceId).Run();
            }
        });
    }

    public IEnumerable<JournalEntry> Replay(string persistenceId, long fromSequenceNr = 1, long toSequenceNr = long.MaxValue, long max = long.MaxValue)
    {
        var from = fromSequenceNr;
        while (max > 0 && from <= toSequenceNr)
        {
            var (first, rows) = (from, Math.Min(max, PageRows));
            var page = Read(session => List(
                session[$"SELECT {EntryColumns} FROM journal WHERE persistence_id = ?1 AND sequence_number BETWEEN ?2 AND ?3 AND deleted = 0 ORDER BY sequence_number LIMIT ?4"]
                    .Bind(1, persistenceId).Bind(2, first).Bind(3, toSequenceNr).Bind(4, rows),
                ReadEntry));
            foreach (var entry in page) yield return entry;
            if (page.Count < rows || page[^1].SequenceNr == long.MaxValue) yield break;
            max -= page.Count;
            from = page[^1].SequenceNr + 1;
        }
    }

    public long HighestSequenceNr(string persistenceId) => Read(session =>
        session["SELECT max(sequence_number) FROM journal WHERE persistence_id = ?1"].Bind(1, persistenceId).Scalar() ?? 0);

    public void DeleteTo(string persistenceId, long toSequenceNr) => Transact((persistenceId, toSequenceNr), static (_, session, what) =>
    {
        var last = session["SELECT max(sequence_number) FROM journal WHERE persistence_id = ?1 AND sequence_number <= ?2"]
            .Bind(1, what.persistenceId).Bind(2, what.toSequenceNr).Scalar();
        if (last is not { } top) return;
        session["DELETE FROM tags WHERE persistence_id = ?1 AND sequence_nr <= ?2"].Bind(1, what.persistenceId).Bind(2, top).Run();
        session["DELETE FROM journal WHERE persistence_id = ?1 AND sequence_number < ?2"].Bind(1, what.persistenceId).Bind(2, top).Run();
        session["UPDATE journal SET deleted = 1, message = x'' WHERE persistence_id = ?1 AND sequence_number = ?2"].Bind(1, what.persistenceId).Bind(2, top).Run();
    });

    public void SaveSnapshots(IReadOnlyList<JournalSnapshot> batch)
    {
        if (batch.Count == 0) return;
        foreach (var snapshot in batch) Limits.Check(snapshot);
        Transact(batch, static (_, session, batch) =>
        {
            var save = session["INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET created = excluded.created, snapshot = excluded.snapshot, manifest = excluded.manifest, serializer_id = excluded.serializer_id"];
            foreach (var snapshot in batch)
                save.Bind(1, snapshot.PersistenceId).Bind(2, snapshot.SequenceNr).Bind(3, AkkaTables.ToTicks(snapshot.Created))
                    .Bind(4, snapshot.Payload.Span).Bind(5, snapshot.Manifest).Bind(6, AkkaTables.SerializerId).Run();
        });
    }

    public JournalSnapshot? LoadSnapshot(string persistenceId, SnapshotCriteria criteria) => Read(session =>
        List(
            Match(session["SELECT sequence_number, manifest, snapshot, created FROM snapshot WHERE persistence_id = ?1 AND sequence_number BETWEEN ?2 AND ?3 AND created BETWEEN ?4 AND ?5 ORDER BY sequence_number DESC LIMIT 1"], persistenceId, criteria),
            row => new JournalSnapshot(persistenceId, row.Int64(0), row.Text(1), row.Blob(2), AkkaTables.FromTicks(row.Int64(3))))
        .FirstOrDefault());

    public void DeleteSnapshots(string persistenceId, SnapshotCriteria criteria) => Transact((persistenceId, criteria), static (_, session, what) =>
        Match(session["DELETE FROM snapshot WHERE persistence_id = ?1 AND sequence_number BETWEEN ?2 AND ?3 AND created BETWEEN ?4 AND ?5"], what.persistenceId, what.criteria).Run());

    public IReadOnlyList<JournalEntry> ReadByTag(string tag, long afterOrdering, int max) => Read(session => List(
        session[$"SELECT {EntryColumns}, {AllTags} FROM (SELECT ordering_id FROM tags WHERE tag = ?1 AND ordering_id > ?2 ORDER BY ordering_id LIMIT ?3) t CROSS JOIN journal j ON j.ordering = t.ordering_id WHERE j.deleted = 0 ORDER BY t.ordering_id"]
            .Bind(1, tag).Bind(2, afterOrdering).Bind(3, max),
        ReadTagged));

    public IReadOnlyList<JournalEntry> ReadLatestByTag(string tag, long beforeOrdering, int max) => Read(session => List(
        session[$"SELECT {EntryColumns}, {AllTags} FROM (SELECT ordering_id FROM tags WHERE tag = ?1 AND ordering_id < ?2 ORDER BY ordering_id DESC LIMIT ?3) t CROSS JOIN journal j ON j.ordering = t.ordering_id WHERE j.deleted = 0 ORDER BY t.ordering_id DESC"]
            .Bind(1, tag).Bind(2, beforeOrdering).Bind(3, max),
        ReadTagged));

    // Jumps from id to id in the index instead of reading every event's entry (what DISTINCT would do).
    public IReadOnlyList<string> PersistenceIds(string prefix, string? after, int max) => Read(session => List(
        session["""
            WITH RECURSIVE ids (id) AS (
                SELECT min(persistence_id) FROM journal WHERE persistence_id >= ?1 AND persistence_id > ?2
                UNION ALL
                SELECT (SELECT min(persistence_id) FROM journal WHERE persistence_id > ids.id) FROM ids
                WHERE substr(ids.id, 1, length(?1)) = ?1
            )
            SELECT id FROM ids WHERE substr(id, 1, length(?1)) = ?1 LIMIT ?3
            """]
            .Bind(1, prefix).Bind(2, after ?? "").Bind(3, max),
        row => row.Text(0)));

    public IdlePage FindIdle(string prefix, Instant before, long afterOrdering, int maxRows) => Read(session =>
    {
        var rows = List(
            session["SELECT ordering, persistence_id, created FROM journal WHERE ordering > ?1 ORDER BY ordering LIMIT ?2"].Bind(1, afterOrdering).Bind(2, maxRows),
            row => (Ordering: row.Int64(0), Id: row.Text(1), Created: row.Int64(2)));
        var limit = AkkaTables.ToTicks(before);
        var newer = session["SELECT 1 FROM journal WHERE persistence_id = ?1 AND created >= ?2 UNION ALL SELECT 1 FROM snapshot WHERE persistence_id = ?1 AND created >= ?2 LIMIT 1"];
        var idle = new List<string>();
        foreach (var id in rows.Where(row => row.Created < limit && row.Id.StartsWith(prefix, StringComparison.Ordinal)).Select(row => row.Id).Distinct(StringComparer.Ordinal))
            if (newer.Bind(1, id).Bind(2, limit).Scalar() is null) idle.Add(id);
        // Events are written about in the order of their time: behind a whole step of younger ones no old one follows.
        var ended = rows.Count < maxRows || rows.TrueForAll(row => row.Created >= limit);
        return new IdlePage(idle, ended ? null : rows[^1].Ordering);
    });

    public void Forget(IReadOnlyCollection<string> persistenceIds) => Transact(persistenceIds, static (_, session, ids) =>
    {
        foreach (var id in ids)
        {
            session["DELETE FROM tags WHERE persistence_id = ?1"].Bind(1, id).Run();
            session["DELETE FROM journal WHERE persistence_id = ?1"].Bind(1, id).Run();
            session["DELETE FROM snapshot WHERE persistence_id = ?1"].Bind(1, id).Run();
        }
    });

    public JournalSize Size() => Read(session =>
    {
        var page = session.Pragma("page_size");
        var log = new FileInfo(_options.File + "-wal") is { Exists: true } wal ? wal.Length : 0;
        return new JournalSize((session.Pragma("page_count") * page) + log, session.Pragma("freelist_count") * page, log);
    });

    public long Reclaim(long maxBytes)
    {
        var before = 0L;
        var after = 0L;
        Guard(session =>
        {
            var page = session.Pragma("page_size");
            before = session.Pragma("freelist_count") * page;
            session[FormattableString.Invariant($"PRAGMA incremental_vacuum({Math.Max(1, maxBytes / page)})")].Run();
            after = session.Pragma("freelist_count") * page;
            // The file itself shrinks when the log is carried over.
            session["PRAGMA wal_checkpoint(TRUNCATE)"].Run();
        });
        return before - after;
    }

    /// <summary>Carries the log over into the file and closes it. Calls that run are waited for (writes) or end with an error (reads).</summary>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_disposed) return;
            _disposed = true;
            _readers.Dispose();
            _writer?.Dispose();
        }
    }

    private static SqliteJournal OpenWritable(SqliteJournalOptions options, ILogger logger)
    {
        SqliteFile.Prepare(options.File, logger);
        if (SqliteFile.Damage(options, logger) is { } damage) BeginFresh(options, damage, logger);
        try
        {
            return OpenMigrated(options, logger);
        }
        catch (SqliteException fault) when (fault.IsCorrupt())
        {
            BeginFresh(options, fault.Message, logger);
            return OpenMigrated(options, logger);
        }
    }

    private static SqliteJournal OpenMigrated(SqliteJournalOptions options, ILogger logger)
    {
        var writer = SqliteSession.OpenWriter(options);
        try
        {
            SqliteSchema.Migrate(writer, options.File, options.Time, logger);
            return new SqliteJournal(options, writer, logger);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private static SqliteJournal OpenReadOnly(SqliteJournalOptions options, ILogger logger)
    {
        if (!File.Exists(options.File))
            throw new JournalException(JournalFailure.NotFound, $"There is no journal {options.File}: start the daemon once with this state directory, or name another.");
        var journal = new SqliteJournal(options, null, logger);
        try
        {
            var version = journal.Read(SqliteSchema.Version);
            if (version == 0)
                throw new JournalException(JournalFailure.NotFound, $"The file {options.File} holds no journal: start the daemon once with this state directory, or name another.");
            _ = SchemaStep.Missing(SqliteSchema.Steps, version, options.File);
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    private static void BeginFresh(SqliteJournalOptions options, string damage, ILogger logger)
    {
        var aside = SqliteFile.MoveAside(options.File, options.Time.GetUtcNow());
        logger.MovedAside(options.File, damage, aside);
        SqliteFile.Prepare(options.File, logger);
    }

    private static SqliteStatement Match(SqliteStatement statement, string persistenceId, SnapshotCriteria criteria) => statement
        .Bind(1, persistenceId)
        .Bind(2, criteria.MinSequenceNr).Bind(3, criteria.MaxSequenceNr)
        .Bind(4, AkkaTables.ToTicks(criteria.MinCreated)).Bind(5, AkkaTables.ToTicks(criteria.MaxCreated));

    private static JournalEntry ReadEntry(SqliteStatement row) =>
        new(row.Text(1), row.Int64(2), row.Text(3), row.Blob(4), [], AkkaTables.FromTicks(row.Int64(5))) { Ordering = row.Int64(0) };

    private static JournalEntry ReadTagged(SqliteStatement row) => ReadEntry(row) with { Tags = row.Text(6).Split(';') };

    private static List<T> List<T>(SqliteStatement statement, Func<SqliteStatement, T> row)
    {
        var list = new List<T>();
        try
        {
            while (statement.Step()) list.Add(row(statement));
        }
        finally
        {
            statement.Reset();
        }

        return list;
    }

    // The number is taken: by ourselves with the same event (a batch tried again), or by somebody else.
    private void RequireOurs(SqliteSession session, JournalEntry entry)
    {
        var same = session["SELECT 1 FROM journal WHERE persistence_id = ?1 AND sequence_number = ?2 AND writer_uuid = ?3 AND message = ?4 AND manifest = ?5"]
            .Bind(1, entry.PersistenceId).Bind(2, entry.SequenceNr).Bind(3, _writerId).Bind(4, entry.Payload.Span).Bind(5, entry.Manifest).Scalar();
        if (same is null) throw JournalException.Taken(_options.File, entry.PersistenceId, entry.SequenceNr);
    }

    private T Read<T>(Func<SqliteSession, T> read)
    {
        try
        {
            return _readers.Read(read);
        }
        catch (SqliteException fault)
        {
            throw Translate(fault);
        }
    }

    private void Transact<T>(T what, Action<SqliteJournal, SqliteSession, T> work) => Guard(session =>
    {
        session["BEGIN IMMEDIATE"].Run();
        try
        {
            work(this, session, what);
            session["COMMIT"].Run();
        }
        catch
        {
            if (session.InTransaction) session["ROLLBACK"].Run();
            throw;
        }
    });

    private void Guard(Action<SqliteSession> work)
    {
        if (_writer is null)
            throw new JournalException(JournalFailure.NotPermitted, $"The journal {_options.File} was opened for reading only: ask the daemon to change it.");
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                work(_writer);
            }
            catch (SqliteException fault)
            {
                throw Translate(fault);
            }
        }
    }

    private JournalException Translate(SqliteException fault)
    {
        if (fault.IsCorrupt() && !_options.ReadOnly)
        {
            SqliteFile.MarkSuspect(_options.File);
            _logger.Suspect(_options.File, fault.Message);
        }

        return fault.ToJournalException(_options.File);
    }
}
