using System.Collections.Immutable;
using PortSentry.Core.Addresses;

namespace PortSentry.Core.Response;

/// <summary>All blocks in force and who offended before; made only by <see cref="ResponseDecider.Apply"/>.</summary>
public sealed record ResponseState
{
    /// <summary>Former offenders remembered; the one with the oldest last offence leaves first.</summary>
    public const int OffendersKept = 100_000;

    public static readonly ResponseState Initial = new();

    public ImmutableDictionary<Prefix, Block> Active
    {
        get;
        init
        {
            field = value;
            _lengths = default;
        }
    } = ImmutableDictionary<Prefix, Block>.Empty;

    /// <summary>What the kernel's tripwire holds and nobody has judged yet: no answer of ours, and not put back after a start.</summary>
    public ImmutableDictionary<Prefix, Block> Held { get; init; } = ImmutableDictionary<Prefix, Block>.Empty;

    public ImmutableDictionary<Prefix, Offender> Offenders { get; init; } = ImmutableDictionary<Prefix, Offender>.Empty;

    /// <summary>Decision times of the last minute's blocks of unproven sources, oldest first.</summary>
    public ImmutableQueue<Instant> RecentUnproven { get; init; } = [];

    // The lengths that prefixes in Active have, or had; default: not known. Asking for each of 32 or 128 took longer than all the rest of a decision.
    private ImmutableArray<byte> _lengths;

    /// <summary>With one more block in force.</summary>
    public ResponseState With(Block block)
    {
        var lengths = Lengths();
        return this with
        {
            Active = Active.SetItem(block.Target, block),
            _lengths = lengths.Contains(block.Target.Length) ? lengths : lengths.Add(block.Target.Length),
        };
    }

    /// <summary>Without the block of the target, if there is one.</summary>
    public ResponseState Without(Prefix target) => Active.ContainsKey(target) ? this with { Active = Active.Remove(target), _lengths = _lengths } : this;

    /// <summary>The block of this very target, unless its time is over.</summary>
    public Block? InForce(Prefix target, Instant now) => Active.TryGetValue(target, out var block) && !block.IsOver(now) ? block : null;

    /// <summary>A block in force of a wider prefix that holds the whole target; the narrowest of several.</summary>
    public Block? Covering(Prefix target, Instant now)
    {
        Block? narrowest = null;
        foreach (var length in Lengths())
        {
            if (length < target.Length && length >= (narrowest?.Target.Length ?? 0) && InForce(new Prefix(target.Network, length), now) is { } block)
                narrowest = block;
        }
        return narrowest;
    }

    /// <summary>The blocks of the target itself and of what lies within it, over or not.</summary>
    public IReadOnlyList<Block> Within(Prefix target)
    {
        if (target.IsHost) return Active.TryGetValue(target, out var block) ? [block] : [];
        return [.. Active.Values.Where(block => block.Target.Length >= target.Length && target.Contains(block.Target.Network))];
    }

    private ImmutableArray<byte> Lengths() => _lengths.IsDefault ? _lengths = [.. Active.Keys.Select(static target => target.Length).Distinct()] : _lengths;
}
