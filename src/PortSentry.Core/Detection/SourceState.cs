using System.Collections.Immutable;
using PortSentry.Core.Addresses;

namespace PortSentry.Core.Detection;

/// <summary>A fact as a source remembers it.</summary>
/// <param name="LogRatio">The running ratio after it.</param>
public readonly record struct Contact(
    Address Source,
    Address Destination,
    IpProtocol Protocol,
    ushort Port,
    ProbeKind Kind,
    Outcome Outcome,
    Traits Traits,
    byte TcpFlags,
    double Weight,
    double LogRatio,
    Instant At);

/// <summary>Everything that is remembered of one source; made only by <see cref="SourceDecider.Apply"/>.</summary>
public sealed record SourceState
{
    /// <summary>Contacts kept: what <c>why</c> can show and shapes are counted over. The oldest leave first. Not
    /// configurable, so that replaying the journal never depends on today's configuration.</summary>
    public const int ContactsKept = 128;

    /// <summary>Addresses kept of an IPv6 /64.</summary>
    public const int AddressesKept = 16;

    public static readonly SourceState Initial = new();

    /// <summary>ln of the likelihood ratio at <see cref="RatioAt"/>; decays towards 0.</summary>
    public double LogRatio { get; init; }

    public Instant RatioAt { get; init; }

    /// <summary>The newest, in order of judgement.</summary>
    public ImmutableArray<Contact> Contacts { get; init; } = [];

    public ImmutableArray<Address> Addresses { get; init; } = [];

    /// <summary>All facts ever, those dropped from <see cref="Contacts"/> included.</summary>
    public long Facts { get; init; }

    public Instant First { get; init; }

    public Instant Last { get; init; }

    public bool Proven { get; init; }

    public ScanDetected? Verdict { get; init; }

    /// <summary>Who scanned together with it, at most <see cref="Detection.Companions.MostNamed"/>.</summary>
    public ImmutableArray<Prefix> Companions { get; init; } = [];

    /// <summary>When the verdict was last reported.</summary>
    public Instant ReportedAt { get; init; }

    public bool IsScanner => Verdict is not null;

    /// <summary>The ratio at a later moment: evidence fades by half-life, good and bad alike. Time never runs backwards here.</summary>
    public double LogRatioAt(Instant at, TimeSpan halfLife) => LogRatio * Decay.Factor(RatioAt, at, halfLife);
}

/// <summary>Exponential forgetting.</summary>
public static class Decay
{
    /// <summary>2^(-(to - from) / halfLife), at most 1.</summary>
    public static double Factor(Instant from, Instant to, TimeSpan halfLife) =>
        to <= from ? 1 : Math.Pow(2, -(to - from).TotalSeconds / halfLife.TotalSeconds);
}
