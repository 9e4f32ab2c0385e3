using System.Collections.Concurrent;

namespace PortSentry.Journal.Sqlite;

/// <summary>Reader connections, opened when first needed and kept for reuse up to the configured number.</summary>
internal sealed class SqliteReaders(SqliteJournalOptions options) : IDisposable
{
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private volatile bool _closed;

    public T Read<T>(Func<SqliteSession, T> read)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_idle.TryTake(out var session)) session = SqliteSession.OpenReader(options);
        try
        {
            return read(session);
        }
        finally
        {
            // A few more than asked for may stay when several return at once; they are used again or closed at the end.
            if (_idle.Count < options.Readers) _idle.Add(session);
            else session.Dispose();
            if (_closed) CloseIdle();
        }
    }

    public void Dispose()
    {
        _closed = true;
        CloseIdle();
    }

    private void CloseIdle()
    {
        while (_idle.TryTake(out var session)) session.Dispose();
    }
}
