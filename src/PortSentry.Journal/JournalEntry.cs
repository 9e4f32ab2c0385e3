using PortSentry.Core;

namespace PortSentry.Journal;

/// <summary>One event of one persistent actor.</summary>
/// <param name="PersistenceId">1 to 255 characters.</param>
/// <param name="SequenceNr">From 1, without gaps, counted by the actor.</param>
/// <param name="Manifest">Short stable name of the event's type, at most 500 characters.</param>
/// <param name="Payload">Opaque bytes; the journal keeps a copy.</param>
/// <param name="Tags">Distinct, 1 to 64 characters each, without ';' (Akka.Persistence.Sql joins tags with it).</param>
/// <param name="Created">Kept in ticks of 100 ns, as Akka.Persistence.Sql does; finer digits are cut off.</param>
public sealed record JournalEntry(
    string PersistenceId,
    long SequenceNr,
    string Manifest,
    ReadOnlyMemory<byte> Payload,
    IReadOnlyList<string> Tags,
    Instant Created)
{
    /// <summary>The place in the order of writing over all ids, given by the store; 0 before the entry is stored.</summary>
    public long Ordering { get; init; }
}
