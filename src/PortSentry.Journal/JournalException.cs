namespace PortSentry.Journal;

/// <summary>Why the journal failed, in the terms of what one can do about it.</summary>
public enum JournalFailure
{
    /// <summary>Anything else: a bug or a broken machine.</summary>
    Other,

    /// <summary>No room; the batch is not stored, later ones work again once there is room.</summary>
    DiskFull,

    /// <summary>Another process holds the store longer than the configured wait.</summary>
    Locked,

    /// <summary>The server is gone or does not answer; whether the batch is stored is unknown, writing it again is safe.</summary>
    ConnectionLost,

    /// <summary>Another event has this id and sequence number: two actors with one id, or two daemons with one journal.</summary>
    Duplicate,

    /// <summary>The file is damaged. The next start checks it, moves it aside and begins a fresh one.</summary>
    Corrupt,

    /// <summary>The schema is of a newer version of this program.</summary>
    TooNew,

    /// <summary>There is no such file or database.</summary>
    NotFound,

    /// <summary>The user may not read or write it, or it was opened for reading only.</summary>
    NotPermitted,
}

/// <summary>The store failed. The message names the store and the next step.</summary>
public sealed class JournalException : Exception
{
    public JournalException(JournalFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    public JournalFailure Failure { get; }

    /// <summary>Whether the same call may succeed later without anything being changed in this program or its configuration.</summary>
    public bool MayRetry => Failure is JournalFailure.DiskFull or JournalFailure.Locked or JournalFailure.ConnectionLost;

    /// <summary>For <see cref="JournalFailure.Duplicate"/>: whose event it is; else null.</summary>
    public string? PersistenceId { get; init; }

    /// <summary>For <see cref="JournalFailure.Duplicate"/>: the number that is taken; else 0.</summary>
    public long SequenceNr { get; init; }

    internal static JournalException Taken(string store, string persistenceId, long sequenceNr) => new(
        JournalFailure.Duplicate,
        $"The journal {store} already has another event {sequenceNr} of '{persistenceId}'. Is a second daemon writing to it?")
    {
        PersistenceId = persistenceId,
        SequenceNr = sequenceNr,
    };
}
