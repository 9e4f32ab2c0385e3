using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PortSentry.Journal.Sqlite;

/// <summary>
/// One prepared statement, kept for the life of its connection. SqliteCommand looks every parameter up by name and allocates
/// per call, which costs as much as the insert itself.
/// </summary>
/// <remarks>Parameters and columns count as in SQLite: the first parameter is 1, the first column 0. Not thread-safe.</remarks>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(sqlite3 connection, string sql)
    {
        _connection = connection;
        Check(raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public SqliteStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, string text)
    {
        Span<byte> utf8 = stackalloc byte[1024];
        if (Encoding.UTF8.TryGetBytes(text, utf8, out var length))
            Check(raw.sqlite3_bind_text(_statement, index, utf8[..length]));
        else
            Check(raw.sqlite3_bind_text(_statement, index, text));
        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> blob)
    {
        Check(blob.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, index, 0)
            : raw.sqlite3_bind_blob(_statement, index, blob));
        return this;
    }

    /// <returns>True on a row, false at the end. After false or an exception the statement is ready for the next use.</returns>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW) return true;
        if (result == raw.SQLITE_DONE)
        {
            _ = raw.sqlite3_reset(_statement);
            return false;
        }

        var fault = Fault(_connection);
        _ = raw.sqlite3_reset(_statement);
        throw fault;
    }

    /// <summary>Runs a statement to its end, passing over rows.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    /// <summary>The first column of the first row; null where there is none or it is NULL.</summary>
    public long? Scalar()
    {
        try
        {
            return Step() && !IsNull(0) ? Int64(0) : null;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Ends an unfinished read; otherwise its transaction would stay open.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? "";

    public byte[] Blob(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose() => _statement.Dispose();

    internal static SqliteException Fault(sqlite3 connection) => new(
        raw.sqlite3_errmsg(connection).utf8_to_string(),
        raw.sqlite3_errcode(connection),
        raw.sqlite3_extended_errcode(connection));

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK) throw Fault(_connection);
    }
}
