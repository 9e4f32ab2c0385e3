namespace PortSentry.Journal.Sqlite;

/// <summary>What a commit waits for (https://www.sqlite.org/pragma.html#pragma_synchronous, in WAL mode).</summary>
/// <remarks>A killed process loses nothing in any mode: a commit is in the kernel's page cache. The modes differ in a power loss.</remarks>
public enum SqliteSynchronous
{
    /// <summary>Never waits for the disk. A power loss may damage the file (the next start then begins a fresh one).</summary>
    Off,

    /// <summary>Waits at checkpoints only. A power loss may lose the last commits, never damages the file. The default.</summary>
    Normal,

    /// <summary>Waits for the disk at every commit (fsync, 0.1 to 20 ms). A power loss loses nothing confirmed.</summary>
    Full,
}

/// <summary>How the SQLite journal is opened. Each default says what moving it costs.</summary>
/// <param name="File">Path of the database; its directory must exist.</param>
public sealed record SqliteJournalOptions(string File)
{
    /// <summary>
    /// Normal: a scanner's facts of the last second before a power loss are not worth an fsync a commit, and blocks are put in
    /// force without waiting for the journal. Full costs an fsync a commit, Off gains little over Normal.
    /// </summary>
    public SqliteSynchronous Synchronous { get; init; } = SqliteSynchronous.Normal;

    /// <summary>How long a call waits for another process's lock. Longer stalls the writer behind a foreign tool; shorter fails while one runs.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Page cache of the writer in KiB. It should hold the upper levels of the indexes: ids arrive in random order, so each insert
    /// touches a random leaf of journal_uq. More helps journals above a million events; it is memory of the daemon.
    /// </summary>
    public int WriterCacheKib { get; init; } = 16 * 1024;

    /// <summary>Page cache of each reader in KiB. A replay reads one id's few pages, and the kernel caches the file too.</summary>
    public int ReaderCacheKib { get; init; } = 1024;

    /// <summary>Reader connections kept open. More readers than that work but open a connection each time (0.3 ms).</summary>
    public int Readers { get; init; } = 4;

    /// <summary>
    /// Pages of 4 KiB in the log before a commit carries them over into the file (16 MiB). Fewer: shorter stalls, but pages that
    /// change again are written twice; more: longer stalls, a longer first read after a kill.
    /// </summary>
    public int CheckpointPages { get; init; } = 4096;

    /// <summary>
    /// Files up to this many bytes are checked whole at open (quick_check reads everything: about 0.3 s for 64 MiB). Larger ones get a
    /// look at the header and at both ends of every table and index, unless damage was met in use before.
    /// </summary>
    public long QuickCheckLimit { get; init; } = 64L << 20;

    /// <summary>For the tools: never creates, migrates, moves aside or writes.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Upper bound of the file in pages of 4 KiB; 0 is none. Beyond it writes fail as on a full disk.</summary>
    public long MaxPages { get; init; }

    /// <summary>Names a damaged file that is moved aside, and stamps schema steps.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
