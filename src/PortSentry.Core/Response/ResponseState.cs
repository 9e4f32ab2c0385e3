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

    /// <summary>What the kernel's tripwire holds and nobody has judged yet: no answer of ours, and not put back after a start.</summary>
    public ImmutableDictionary<Prefix, Block> Held { get; init; } = ImmutableDictionary<Prefix, Block>.Empty;

    public ImmutableDictionary<Prefix, Offender> Offenders { get; init; } = ImmutableDictionary<Prefix, Offender>.Empty;

    /// <summary>Decision times of the last minute's blocks of unproven sources, oldest first.</summary>
    public ImmutableQueue<Instant> RecentUnproven { get; init; } = [];

    /// <summary>The block of this very target, unless its time is over.</summary>
    public Block? InForce(Prefix target, Instant now) => Active.TryGetValue(target, out var block) && !block.IsOver(now) ? block : null;

    /// <summary>A block in force of a wider prefix that holds the whole target; the narrowest of several.</summary>
    public Block? Covering(Prefix target, Instant now)
    {
        if (Active.IsEmpty) return null;
        for (var length = target.Length - 1; length >= 0; length--)
            if (InForce(new Prefix(target.Network, length), now) is { } block) return block;
        return null;
    }

    /// <summary>The blocks of the target itself and of what lies within it, over or not.</summary>
    public IReadOnlyList<Block> Within(Prefix target)
    {
        if (target.IsHost) return Active.TryGetValue(target, out var block) ? [block] : [];
        return [.. Active.Values.Where(block => block.Target.Length >= target.Length && target.Contains(block.Target.Network))];
    }
}
