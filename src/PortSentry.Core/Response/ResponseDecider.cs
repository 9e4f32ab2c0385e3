using System.Collections.Immutable;
using System.Globalization;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Core.Response;

/// <summary>A verdict that asks for an answer.</summary>
/// <param name="Target">The source's key: an address, or an IPv6 /64.</param>
public readonly record struct Attack(
    Prefix Target,
    Instant At,
    string Reason,
    bool Proven,
    IpProtocol Protocol,
    ushort Port,
    string Mode);

/// <summary>Decides blocks. Pure: what is protected or ignored is looked up by the caller and handed in.</summary>
public static class ResponseDecider
{
    private static readonly TimeSpan BudgetWindow = TimeSpan.FromMinutes(1);

    /// <param name="refusal">Why this target must not be blocked, if so, with a detail for the log.</param>
    public static ImmutableArray<IResponseEvent> Decide(
        ResponseState state, in Attack attack, (Refusal Refusal, string Detail)? refusal, ResponsePolicy policy)
    {
        if (refusal is { } no) return [new BlockRefused(attack.At, attack.Target, no.Refusal, no.Detail)];
        if (!policy.Enforce) return [new BlockRefused(attack.At, attack.Target, Refusal.LogOnly, "enforcement is off")];
        if (policy.LogOnly.Contains(attack.Protocol))
            return [new BlockRefused(attack.At, attack.Target, Refusal.LogOnly, $"answers to {attack.Protocol} are off")];

        if (state.Covering(attack.Target, attack.At) is not null) return [];
        var active = state.InForce(attack.Target, attack.At);
        if (active is not null && (active.Proven || !attack.Proven)) return Extend(active, attack, policy);

        if (!attack.Proven && UnprovenInLastMinute(state, attack.At) >= policy.UnprovenBudgetPerMinute)
        {
            var detail = string.Create(CultureInfo.InvariantCulture, $"{policy.UnprovenBudgetPerMinute} blocks of unproven sources in this minute already");
            return [new BlockRefused(attack.At, attack.Target, Refusal.BudgetSpent, detail)];
        }

        var offence = Offences(state, attack, policy) + 1;
        var lasts = attack.Proven ? policy.Duration(offence) : policy.Unproven;
        return
        [
            new BlockDecided(new Block(
                attack.Target, attack.At, attack.At + lasts, Decider.Rule, attack.Reason, attack.Proven, offence,
                attack.Protocol, attack.Port, attack.Mode)),
        ];
    }

    /// <summary>A block by hand: nothing but the caller's word decides, and it replaces what was there.</summary>
    /// <param name="lasts">Null: for good.</param>
    public static BlockDecided ByOperator(ResponseState state, Prefix target, Instant at, TimeSpan? lasts, string reason) =>
        new(new Block(
            target, at, lasts is { } time ? at + time : null, Decider.Operator, reason, Proven: true,
            state.Offenders.GetValueOrDefault(target).Offences + 1, IpProtocol.HopByHop, 0, "operator"));

    /// <summary>The blocks whose time is over.</summary>
    public static ImmutableArray<IResponseEvent> Expire(ResponseState state, Instant now) =>
        [.. state.Active.Values.Where(block => block.IsOver(now)).Select(block => new BlockExpired(now, block.Target))];

    /// <summary>Blocks of unproven sources decided in the minute before; the policy's budget bounds it.</summary>
    public static int UnprovenInLastMinute(ResponseState state, Instant now) => state.RecentUnproven.Count(at => IsRecent(at, now));

    public static ResponseState Apply(ResponseState state, IResponseEvent happened) => happened switch
    {
        BlockDecided { Block: { By: Decider.Tripwire } hold } =>
            state with { Held = state.Held.RemoveRange(state.Held.Values.Where(old => old.IsOver(hold.Since)).Select(static old => old.Target)).SetItem(hold.Target, hold) },
        BlockDecided { Block: var block } => Decided(state with { Held = state.Held.Remove(block.Target) }, block),
        BlockConfirmed confirmed when state.Active.TryGetValue(confirmed.Target, out var block) && block.ConfirmedAt is null =>
            state.With(block with { ConfirmedAt = confirmed.At }),
        BlockExpired => state.Without(happened.Target) with { Held = state.Held.Remove(happened.Target) },
        // Who lifts a block by hand says that it was a mistake: it does not make the next one longer.
        BlockLifted => state.Without(happened.Target) with { Held = state.Held.Remove(happened.Target), Offenders = state.Offenders.Remove(happened.Target) },
        _ => state,
    };

    // While a block stands, a scanner that goes on pushes its end away, but only when half of the time is over:
    // otherwise every probe that slips through would be an event.
    private static ImmutableArray<IResponseEvent> Extend(Block active, in Attack attack, ResponsePolicy policy)
    {
        if (active.Until is not { } until || active.By == Decider.Operator) return [];
        // What may be forged never lengthens what was proven.
        if (active.Proven && !attack.Proven) return [];
        var lasts = active.Proven ? policy.Duration(active.Offence) : policy.Unproven;
        if (until - attack.At > lasts / 2) return [];
        return [new BlockDecided(active with { Since = attack.At, Until = attack.At + lasts, Reason = attack.Reason, ConfirmedAt = null })];
    }

    private static int Offences(ResponseState state, in Attack attack, ResponsePolicy policy)
    {
        if (!state.Offenders.TryGetValue(attack.Target, out var offender)) return 0;
        return (int)Math.Round(offender.Offences * Decay.Factor(offender.Last, attack.At, policy.Forgiveness));
    }

    private static ResponseState Decided(ResponseState state, Block block)
    {
        var recent = block.Proven || block.By != Decider.Rule ? state.RecentUnproven : Recent(state.RecentUnproven, block.Since);
        state = state.With(block) with { RecentUnproven = recent };
        // An unproven offence is not held against the address: who forges it would decide how long its owner is blocked one day.
        if (!block.Proven) return state;
        var offenders = state.Offenders;
        if (offenders.Count >= ResponseState.OffendersKept && !offenders.ContainsKey(block.Target))
            offenders = offenders.Remove(offenders.MinBy(static pair => pair.Value.Last).Key);
        return state with { Offenders = offenders.SetItem(block.Target, new Offender(block.Offence, block.Since)) };
    }

    private static ImmutableQueue<Instant> Recent(ImmutableQueue<Instant> recent, Instant at)
    {
        while (!recent.IsEmpty && !IsRecent(recent.Peek(), at)) recent = recent.Dequeue();
        return recent.Enqueue(at);
    }

    // What lies ahead was noted before the clock was set back.
    private static bool IsRecent(Instant at, Instant now) => at <= now && now - at < BudgetWindow;
}
