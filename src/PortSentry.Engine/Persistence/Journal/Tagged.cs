using System.Collections.Immutable;

namespace PortSentry.Engine.Persistence.Journal;

/// <summary>An event with labels it can be found by. The store keeps them; the actor's handlers see the payload only.</summary>
public readonly struct Tagged(object payload, IImmutableSet<string> tags)
{
    public Tagged(object payload, IEnumerable<string> tags) : this(payload, tags.ToImmutableHashSet()) { }

    public object Payload { get; } = payload;

    public IImmutableSet<string> Tags { get; } = tags;
}
