using System.Collections.Immutable;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Actors.Sources;

/// <summary>Everything that belongs to one source: the region routes by it.</summary>
public interface ISourceMessage
{
    /// <summary>See <see cref="SourceKey.Of"/>.</summary>
    Prefix Source { get; }
}

/// <summary>The gate passed a new fact on.</summary>
public sealed record FactSeen(Fact Fact) : ISourceMessage
{
    public Prefix Source => SourceKey.Of(Fact.Source);
}

/// <summary>A member of a network that may be scanning as a whole failed: the network is judged as a source of its own.</summary>
public sealed record SharedFactSeen(Prefix Source, Fact Fact) : ISourceMessage;

/// <summary>Others scanned together with the source.</summary>
public sealed record CompanionsSeen(Prefix Source, ImmutableArray<Prefix> Others, Instant At) : ISourceMessage;

/// <summary>Asks for <see cref="SourceExplained"/>.</summary>
public sealed record ExplainSource(Prefix Source) : ISourceMessage;

/// <param name="State">As the actor holds it now.</param>
public sealed record SourceExplained(Prefix Source, SourceState State);

/// <summary>Evidence and verdict are to be dropped. Answered by <see cref="SourceExplained"/> when it is on disk.</summary>
public sealed record ForgiveSource(Prefix Source, Instant At, string By) : ISourceMessage;

/// <summary>A source has been idle: it asks the region to be stopped, so that no fact is lost between the two.</summary>
public sealed record Passivate(Prefix Source);

/// <summary>Tells a source to stop when everything it handed in is written; a PoisonPill would not wait for that on Akka.NET.</summary>
public sealed record LeaveMemory
{
    public static readonly LeaveMemory Instance = new();
}

/// <summary>Asks the region for <see cref="RegionStatus"/>.</summary>
public sealed record GetRegionStatus
{
    public static readonly GetRegionStatus Instance = new();
}

/// <param name="Live">Source actors in memory.</param>
/// <param name="Passivated">Sources put to rest since the start.</param>
public sealed record RegionStatus(int Live, long Facts, long Passivated);

/// <summary>Asks the region for <see cref="LiveSources"/>.</summary>
public sealed record GetLiveSources
{
    public static readonly GetLiveSources Instance = new();
}

/// <param name="Sources">Those with an actor in memory.</param>
public sealed record LiveSources(IReadOnlyCollection<Prefix> Sources);
