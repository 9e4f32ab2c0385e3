using System.Collections.Immutable;
using PortSentry.Core.Addresses;

namespace PortSentry.Core.Response;

/// <summary>All blocks in force and who offended before; made only by <see cref="ResponseDecider.Apply"/>.</summary>
public sealed record ResponseState
{
    /// <summary>Former offenders remembered; the one with the oldest last offence leaves first.</summary>
    public const int OffendersKept = 100_000;

    public static readonly ResponseState Initial = new();

    public ImmutableDictionary<Prefix, Block> Active { get; init; } = ImmutableDictionary<Prefix, Block>.Empty;

    public ImmutableDictionary<Prefix, Offender> Offenders { get; init; } = ImmutableDictionary<Prefix, Offender>.Empty;

    /// <summary>Decision times of the last minute's blocks of unproven sources, oldest first.</summary>
    public ImmutableQueue<Instant> RecentUnproven { get; init; } = [];
}
