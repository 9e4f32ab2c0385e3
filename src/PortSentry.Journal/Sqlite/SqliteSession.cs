using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PortSentry.Journal.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteStatement> _statements = [];

    private SqliteSession(SqliteConnection connection) => _connection = connection;

    static SqliteSession() => Batteries_V2.Init();

    /// <exception cref="SqliteException">It cannot be opened or is no database.</exception>
    public static SqliteSession OpenWriter(SqliteJournalOptions options)
    {
        var session = Open(options, SqliteOpenMode.ReadWrite);
        try
        {
            session.Pragmas(
                // Before the first table: lets deletions give space back in small steps instead of a VACUUM that copies the file.
                "auto_vacuum = INCREMENTAL",
                // Readers never wait for the writer, and a commit appends to one file.
                "journal_mode = WAL",
                "synchronous = " + options.Synchronous switch
                {
                    SqliteSynchronous.Off => "OFF",
                    SqliteSynchronous.Normal => "NORMAL",
                    _ => "FULL",
                },
                Invariant($"wal_autocheckpoint = {options.CheckpointPages}"),
                // After a checkpoint the log is cut to four times its usual length: a long reader may let it grow, not for good.
                Invariant($"journal_size_limit = {options.CheckpointPages * 4096L * 4}"),
                Invariant($"cache_size = -{options.WriterCacheKib}"),
                "temp_store = MEMORY");
            if (options.MaxPages > 0) session.Pragmas(Invariant($"max_page_count = {options.MaxPages}"));
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="OpenWriter"/>
    public static SqliteSession OpenReader(SqliteJournalOptions options)
    {
        // Not SqliteOpenMode.ReadOnly in the daemon: a read-only connection could not rebuild the log's index after a kill.
        var session = Open(options, options.ReadOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite);
        try
        {
            session.Pragmas("query_only = ON", Invariant($"cache_size = -{options.ReaderCacheKib}"));
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>The prepared statement of this text, made at its first use.</summary>
    public SqliteStatement this[string sql]
    {
        get
        {
            if (!_statements.TryGetValue(sql, out var statement))
                _statements.Add(sql, statement = new SqliteStatement(_connection.Handle!, sql));
            return statement;
        }
    }

    /// <summary>Whether a transaction is open; SQLite ends one by itself on some errors (disk full, I/O).</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_connection.Handle!) == 0;

    /// <summary>Rows that the last INSERT, UPDATE or DELETE changed.</summary>
    public int Changes => raw.sqlite3_changes(_connection.Handle!);

    public long LastRowId => raw.sqlite3_last_insert_rowid(_connection.Handle!);

    /// <summary>Runs statements that are needed once.</summary>
    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this project come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public long Pragma(string name)
    {
        using var statement = new SqliteStatement(_connection.Handle!, "PRAGMA " + name);
        return statement.Scalar() ?? 0;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _connection.Dispose();
    }

    private static SqliteSession Open(SqliteJournalOptions options, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = options.File,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)options.BusyTimeout.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Pragmas(Invariant($"busy_timeout = {(long)options.BusyTimeout.TotalMilliseconds}"));
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Pragmas(params ReadOnlySpan<string> pragmas)
    {
        foreach (var pragma in pragmas)
        {
            using var statement = new SqliteStatement(_connection.Handle!, "PRAGMA " + pragma);
            statement.Run();
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
