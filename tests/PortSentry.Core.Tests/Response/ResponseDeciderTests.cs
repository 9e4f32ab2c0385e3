using PortSentry.Core.Addresses;
using PortSentry.Core.Response;

namespace PortSentry.Core.Tests.Response;

public sealed class ResponseDeciderTests
{
    private static readonly Instant Now = new(1_700_000_000_000_000_000);
    private static readonly ResponsePolicy Policy = new() { Enforce = true };
    private static readonly Prefix Attacker = Prefix.Parse("192.0.2.1");

    [Fact]
    public void A_proven_scanner_is_blocked_longer_each_time()
    {
        var state = ResponseState.Initial;
        var lengths = new List<TimeSpan>();
        var at = Now;
        for (var i = 0; i < 4; i++)
        {
            var block = Decided(state, Attack(at, proven: true));
            lengths.Add(block.Until!.Value - at);
            state = ResponseDecider.Apply(state, new BlockDecided(block));
            state = ResponseDecider.Apply(state, new BlockExpired(at, Attacker));
            at += TimeSpan.FromMinutes(1);
        }
        Assert.Equal([TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromHours(36)], lengths);
    }

    [Fact]
    public void Nothing_lasts_longer_than_the_longest() =>
        Assert.Equal(Policy.Longest, Policy.Duration(50));

    [Fact]
    public void An_unproven_source_gets_a_short_block() =>
        Assert.Equal(Policy.Unproven, Decided(ResponseState.Initial, Attack(Now, proven: false)).Until!.Value - Now);

    [Fact]
    public void Proof_turns_a_short_block_into_a_full_one()
    {
        var state = ResponseDecider.Apply(ResponseState.Initial, new BlockDecided(Decided(ResponseState.Initial, Attack(Now, proven: false))));
        var block = Decided(state, Attack(Now + TimeSpan.FromSeconds(1), proven: true));
        Assert.True(block.Proven);
        Assert.Equal(1, block.Offence);
        Assert.Equal(Policy.First, block.Until!.Value - block.Since);
    }

    [Fact]
    public void The_budget_bounds_blocks_of_unproven_sources_and_comes_back()
    {
        var state = ResponseState.Initial;
        var blocked = 0;
        for (var i = 0; i < 1000; i++)
        {
            foreach (var happened in ResponseDecider.Decide(state, Attack(Now, false, Address.FromV4(0x0A000000u + (uint)i)), null, Policy))
            {
                if (happened is BlockDecided) blocked++;
                else Assert.Equal(Refusal.BudgetSpent, Assert.IsType<BlockRefused>(happened).Refusal);
                state = ResponseDecider.Apply(state, happened);
            }
        }
        Assert.Equal(Policy.UnprovenBudgetPerMinute, blocked);
        Assert.IsType<BlockDecided>(Assert.Single(ResponseDecider.Decide(state, Attack(Now + TimeSpan.FromSeconds(61), false), null, Policy)));
    }

    [Fact]
    public void A_clock_that_is_set_back_gives_the_budget_back()
    {
        var state = ResponseState.Initial;
        for (var i = 0u; i < Policy.UnprovenBudgetPerMinute; i++)
            state = ResponseDecider.Apply(state, Assert.Single(ResponseDecider.Decide(state, Attack(Now, false, Address.FromV4(0x0A000000u + i)), null, Policy)));
        var earlier = Now - TimeSpan.FromHours(2);
        var another = Assert.IsType<BlockDecided>(Assert.Single(ResponseDecider.Decide(state, Attack(earlier, false), null, Policy)));
        state = ResponseDecider.Apply(state, another);
        Assert.Equal(1, ResponseDecider.UnprovenInLastMinute(state, earlier));
    }

    [Fact]
    public void The_budget_never_spares_a_proven_scanner()
    {
        var policy = Policy with { UnprovenBudgetPerMinute = 0 };
        Assert.IsType<BlockDecided>(Assert.Single(ResponseDecider.Decide(ResponseState.Initial, Attack(Now, true), null, policy)));
    }

    [Fact]
    public void A_protected_address_is_refused_whatever_the_evidence()
    {
        var refused = Assert.IsType<BlockRefused>(Assert.Single(
            ResponseDecider.Decide(ResponseState.Initial, Attack(Now, true), (Refusal.Protected, "it is a gateway"), Policy)));
        Assert.Equal(Refusal.Protected, refused.Refusal);
    }

    [Fact]
    public void Log_only_blocks_nobody()
    {
        var refused = Assert.IsType<BlockRefused>(Assert.Single(ResponseDecider.Decide(ResponseState.Initial, Attack(Now, true), null, ResponsePolicy.Default)));
        Assert.Equal(Refusal.LogOnly, refused.Refusal);
    }

    [Fact]
    public void A_block_in_force_is_extended_only_when_half_of_it_is_over()
    {
        var state = ResponseDecider.Apply(ResponseState.Initial, new BlockDecided(Decided(ResponseState.Initial, Attack(Now, true))));
        Assert.Empty(ResponseDecider.Decide(state, Attack(Now + TimeSpan.FromMinutes(4), true), null, Policy));
        Assert.Single(ResponseDecider.Decide(state, Attack(Now + TimeSpan.FromMinutes(6), true), null, Policy));
    }

    [Fact]
    public void A_block_for_good_never_expires()
    {
        var state = ResponseDecider.Apply(ResponseState.Initial, ResponseDecider.ByOperator(ResponseState.Initial, Attacker, Now, null, "known"));
        Assert.Empty(ResponseDecider.Expire(state, Now + TimeSpan.FromDays(10_000)));
    }

    [Fact]
    public void Unproven_blocks_do_not_count_as_offences()
    {
        var state = ResponseState.Initial;
        for (var i = 0; i < 5; i++)
        {
            var at = Now + TimeSpan.FromMinutes(2 * i);
            state = ResponseDecider.Apply(state, new BlockDecided(Decided(state, Attack(at, proven: false))));
            state = ResponseDecider.Apply(state, new BlockExpired(at + Policy.Unproven, Attacker));
        }
        Assert.Equal(1, Decided(state, Attack(Now + TimeSpan.FromHours(1), proven: true)).Offence);
    }

    [Fact]
    public void What_may_be_forged_never_lengthens_a_proven_block()
    {
        var state = ResponseDecider.Apply(ResponseState.Initial, new BlockDecided(Decided(ResponseState.Initial, Attack(Now, true))));
        Assert.Empty(ResponseDecider.Decide(state, Attack(Now + TimeSpan.FromMinutes(9), false), null, Policy));
    }

    [Fact]
    public void A_wider_block_covers_what_lies_within()
    {
        var wide = ResponseDecider.ByOperator(ResponseState.Initial, Prefix.Parse("192.0.2.0/24"), Now, TimeSpan.FromHours(1), "net");
        var state = ResponseDecider.Apply(ResponseState.Initial, wide);
        Assert.Empty(ResponseDecider.Decide(state, Attack(Now, true), null, Policy));
        Assert.Single(ResponseDecider.Decide(state, Attack(Now + TimeSpan.FromHours(2), true), null, Policy));
        Assert.Equal(wide.Target, state.Covering(Attacker, Now)?.Target);
        Assert.Null(state.Covering(Prefix.Parse("192.0.3.1"), Now));
        Assert.Single(state.Within(Prefix.Parse("192.0.0.0/16")));
        Assert.Empty(state.Within(Attacker));
    }

    [Fact]
    public void The_narrowest_of_several_wider_blocks_covers_whatever_came_and_went_meanwhile()
    {
        var state = ResponseState.Initial;
        foreach (var net in (string[])["192.0.0.0/16", "192.0.2.0/24", "0.0.0.0/0", "2001:db8::/32"])
            state = ResponseDecider.Apply(state, ResponseDecider.ByOperator(state, Prefix.Parse(net), Now, TimeSpan.FromHours(1), "net"));
        Assert.Equal(Prefix.Parse("192.0.2.0/24"), state.Covering(Attacker, Now)?.Target);
        state = ResponseDecider.Apply(state, new BlockExpired(Now, Prefix.Parse("192.0.2.0/24")));
        Assert.Equal(Prefix.Parse("192.0.0.0/16"), state.Covering(Attacker, Now)?.Target);
        state = ResponseDecider.Apply(state, new BlockLifted(Now, Prefix.Parse("192.0.0.0/16"), "operator"));
        Assert.Equal(Prefix.Parse("0.0.0.0/0"), state.Covering(Attacker, Now)?.Target);
        Assert.Equal(Prefix.Parse("2001:db8::/32"), state.Covering(Prefix.Parse("2001:db8:7::/64"), Now)?.Target);
        // As a snapshot brings it back.
        var read = ResponseState.Initial with { Active = state.Active };
        Assert.Equal(Prefix.Parse("0.0.0.0/0"), read.Covering(Attacker, Now)?.Target);
        Assert.Null((read with { Active = read.Active.Clear() }).Covering(Attacker, Now));
    }

    [Fact]
    public void Who_is_unblocked_by_hand_begins_anew()
    {
        var state = ResponseDecider.Apply(ResponseState.Initial, new BlockDecided(Decided(ResponseState.Initial, Attack(Now, true))));
        state = ResponseDecider.Apply(state, new BlockLifted(Now, Attacker, "operator"));
        Assert.Equal(1, Decided(state, Attack(Now, true)).Offence);
    }

    private static Attack Attack(Instant at, bool proven, Address? source = null) =>
        new(source is { } address ? Prefix.Host(address) : Attacker, at, "test", proven, IpProtocol.Tcp, 111, "atcp");

    private static Block Decided(ResponseState state, in Attack attack) =>
        Assert.IsType<BlockDecided>(Assert.Single(ResponseDecider.Decide(state, attack, null, Policy))).Block;
}
