using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PortSentry.Journal.Sqlite;

/// <summary>SQLite's result codes (https://www.sqlite.org/rescode.html) in the terms of <see cref="JournalFailure"/>.</summary>
internal static class SqliteErrors
{
    public static bool IsCorrupt(this SqliteException fault) => fault.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    public static JournalException ToJournalException(this SqliteException fault, string file) => fault.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => new(
            JournalFailure.DiskFull, $"The journal {file} has no room: free space on its file system; writing goes on by itself then.", fault),
        // With a full disk the log's index cannot grow either; that comes as an I/O error of its own.
        raw.SQLITE_IOERR when fault.SqliteExtendedErrorCode is raw.SQLITE_IOERR_SHMSIZE or raw.SQLITE_IOERR_WRITE or raw.SQLITE_IOERR_TRUNCATE => new(
            JournalFailure.DiskFull, $"The journal {file} could not be written ({fault.Message}): free space on its file system or check the disk.", fault),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new(
            JournalFailure.Locked, $"The journal {file} is locked by another process: end the tool that holds it (fuser {file}).", fault),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new(
            JournalFailure.Corrupt, $"The journal {file} is damaged ({fault.Message}): restart the daemon, it will check the file and begin a fresh one.", fault),
        raw.SQLITE_CANTOPEN when !File.Exists(file) => new(
            JournalFailure.NotFound, $"There is no journal {file}: start the daemon once with this state directory, or name another.", fault),
        raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH or raw.SQLITE_READONLY => new(
            JournalFailure.NotPermitted, $"The journal {file} cannot be opened for this ({fault.Message}): check its owner and mode, or run as root.", fault),
        _ => new(JournalFailure.Other, $"The journal {file} failed: {fault.Message} (SQLite code {fault.SqliteExtendedErrorCode}).", fault),
    };
}
