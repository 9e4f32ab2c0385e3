namespace PortSentry.Engine.Persistence;

/// <summary>How much of its history an actor wants back.</summary>
public sealed class Recovery(SnapshotSelectionCriteria? fromSnapshot = null, long toSequenceNr = long.MaxValue, long replayMax = long.MaxValue)
{
    public Recovery() : this(SnapshotSelectionCriteria.Latest) { }

    public Recovery(SnapshotSelectionCriteria fromSnapshot) : this(fromSnapshot, long.MaxValue) { }

    public Recovery(SnapshotSelectionCriteria fromSnapshot, long toSequenceNr) : this(fromSnapshot, toSequenceNr, long.MaxValue) { }

    public static Recovery Default { get; } = new(SnapshotSelectionCriteria.Latest);

    /// <summary>Nothing but the highest number, so that new events get the right one.</summary>
    public static Recovery None { get; } = new(SnapshotSelectionCriteria.None, 0);

    public SnapshotSelectionCriteria FromSnapshot { get; } = fromSnapshot ?? SnapshotSelectionCriteria.Latest;

    public long ToSequenceNr { get; } = toSequenceNr;

    public long ReplayMax { get; } = replayMax;
}

/// <summary>The last thing recovery hands to the actor, before the first command.</summary>
public sealed class RecoveryCompleted
{
    public static readonly RecoveryCompleted Instance = new();

    private RecoveryCompleted() { }

    public override bool Equals(object? obj) => obj is RecoveryCompleted;

    public override int GetHashCode() => nameof(RecoveryCompleted).GetHashCode(StringComparison.Ordinal);
}
