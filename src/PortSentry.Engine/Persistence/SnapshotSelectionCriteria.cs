namespace PortSentry.Engine.Persistence;

/// <summary>Which snapshots are meant; all bounds are included.</summary>
public sealed class SnapshotSelectionCriteria(long maxSequenceNr, DateTime maxTimeStamp, long minSequenceNr = 0L, DateTime? minTimestamp = null)
    : IEquatable<SnapshotSelectionCriteria>
{
    public SnapshotSelectionCriteria(long maxSequenceNr) : this(maxSequenceNr, DateTime.MaxValue) { }

    public static SnapshotSelectionCriteria Latest { get; } = new(long.MaxValue, DateTime.MaxValue);

    public static SnapshotSelectionCriteria None { get; } = new(0L, DateTime.MinValue);

    public long MaxSequenceNr { get; } = maxSequenceNr;

    public DateTime MaxTimeStamp { get; } = maxTimeStamp;

    public long MinSequenceNr { get; } = minSequenceNr;

    public DateTime? MinTimestamp { get; } = minTimestamp ?? DateTime.MinValue;

    public bool Matches(SnapshotMetadata metadata) =>
        metadata.SequenceNr <= MaxSequenceNr && metadata.SequenceNr >= MinSequenceNr
        && metadata.Timestamp <= MaxTimeStamp && metadata.Timestamp >= MinTimestamp;

    public bool Equals(SnapshotSelectionCriteria? other) => other is not null
        && MaxSequenceNr == other.MaxSequenceNr && MinSequenceNr == other.MinSequenceNr
        && MaxTimeStamp == other.MaxTimeStamp && MinTimestamp == other.MinTimestamp;

    public override bool Equals(object? obj) => Equals(obj as SnapshotSelectionCriteria);

    public override int GetHashCode() => HashCode.Combine(MaxSequenceNr, MinSequenceNr, MaxTimeStamp, MinTimestamp);

    public override string ToString() => $"SnapshotSelectionCriteria<maxSeqNr: {MaxSequenceNr}, maxTimestamp: {MaxTimeStamp:yyyy/MM/dd}, minSeqNr: {MinSequenceNr}>";

    /// <summary>The same, but not beyond a number.</summary>
    internal SnapshotSelectionCriteria Limit(long toSequenceNr) =>
        toSequenceNr < MaxSequenceNr ? new SnapshotSelectionCriteria(toSequenceNr, MaxTimeStamp, MinSequenceNr, MinTimestamp) : this;
}
