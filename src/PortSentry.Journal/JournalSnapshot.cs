using PortSentry.Core;

namespace PortSentry.Journal;

/// <summary>The state of one persistent actor after the event with this sequence number.</summary>
/// <param name="Created">Kept in ticks of 100 ns.</param>
public sealed record JournalSnapshot(string PersistenceId, long SequenceNr, string Manifest, ReadOnlyMemory<byte> Payload, Instant Created);

/// <summary>Which snapshots are meant; all bounds inclusive.</summary>
public sealed record SnapshotCriteria(long MaxSequenceNr, Instant MaxCreated, long MinSequenceNr = 0, Instant MinCreated = default)
{
    /// <summary>Every snapshot.</summary>
    public static readonly SnapshotCriteria Latest = new(long.MaxValue, new Instant(long.MaxValue));

    public static SnapshotCriteria UpTo(long sequenceNr) => Latest with { MaxSequenceNr = sequenceNr };

    public static SnapshotCriteria Exactly(long sequenceNr) => Latest with { MaxSequenceNr = sequenceNr, MinSequenceNr = sequenceNr };
}
