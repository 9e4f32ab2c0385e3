namespace PortSentry.Engine.Persistence;

/// <summary>The store that an actor system's persistent actors use, and the bounds of its use.</summary>
/// <param name="store">Owned by the caller: the system does not close it.</param>
public sealed class PersistenceSetup(IEventStore store) : Actor.Setup.Setup
{
    public IEventStore Store { get; } = store;

    /// <summary>Events in one transaction, at most. Larger costs memory and makes the first of a batch wait longer; smaller costs commits.</summary>
    public int MaxBatch { get; init; } = 4096;

    /// <summary>
    /// Events that may wait for the writer. An actor that hands in more is held until its own are written, so the
    /// queue grows by one turn's events an actor at most. Larger costs memory; smaller stalls actors while the disk is slow.
    /// </summary>
    public int MaxWaiting { get; init; } = 65_536;

    /// <summary>Actors that recover at the same time; the others wait their turn. Akka.NET's default.</summary>
    public int MaxConcurrentRecoveries { get; init; } = 50;
}
