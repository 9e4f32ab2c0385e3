using System.Collections.Immutable;
using PortSentry.Core.Addresses;

namespace PortSentry.Core.Detection;

/// <summary>What the journal keeps of a source. Fields are added, never renamed.</summary>
public interface ISourceEvent
{
    Instant At { get; }
}

/// <summary>A new fact was weighed.</summary>
/// <param name="Weight">In failures of the sequential test; 0 where it said nothing new (a second port of a family).</param>
/// <param name="LogRatio">ln of the likelihood ratio afterwards, so history keeps its meaning when the policy changes.</param>
/// <param name="Anew">What was known of the source had faded: its verdict and its proof count no more.</param>
public sealed record PortTouched(Fact Fact, double Weight, double LogRatio, bool Anew = false) : ISourceEvent
{
    public Instant At => Fact.At;
}

/// <summary>The ratio crossed the upper threshold and the failures have a shape.</summary>
/// <param name="Ports">Distinct ports among the contacts kept.</param>
/// <param name="Hosts">Distinct destinations among the contacts kept.</param>
/// <param name="Port">The port of the deciding fact.</param>
/// <param name="Protocol">The protocol of the deciding fact.</param>
public sealed record ScanDetected(
    Instant At,
    ScanShape Shape,
    ImmutableArray<ProbeKind> Kinds,
    double LogRatio,
    int Ports,
    int Hosts,
    long Facts,
    bool Proven,
    Instant First,
    IpProtocol Protocol,
    ushort Port) : ISourceEvent;

/// <summary>A known scanner goes on; written at most once in <see cref="DetectionPolicy.RepeatVerdict"/>.</summary>
public sealed record ScanContinued(Instant At, long Facts, bool Proven, IpProtocol Protocol, ushort Port) : ISourceEvent;

/// <summary>Others asked for the same at the same time: one scanner and its decoys, or several with one list.</summary>
/// <param name="Others">Those that were not named before.</param>
public sealed record CompanionsNamed(Instant At, ImmutableArray<Prefix> Others) : ISourceEvent;

/// <summary>An operator said that this is a friend: evidence and verdict are gone, history stays in the journal.</summary>
public sealed record SourceForgiven(Instant At, string By) : ISourceEvent;
