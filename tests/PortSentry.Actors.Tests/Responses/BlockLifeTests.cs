using PortSentry.Actors.Responses;
using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Responders;

namespace PortSentry.Actors.Tests.Responses;

public sealed class BlockLifeTests : ResponseSpec
{
    [Fact]
    public void A_verdict_is_told_to_all_responders_and_the_gate_and_confirmed()
    {
        var (one, two) = (new FakeResponder("one"), new FakeResponder("two"));
        Start(one, two);
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.NotNull(Assert.Single(Active()).ConfirmedAt));
        AwaitAssert(() => Assert.Equal([Attacker], two.Held));
        Assert.Equal([Attacker], one.Held);
        Assert.Equal([Attacker], Gates.Blocked);
        Assert.Equal(TimeSpan.FromMinutes(10), one.TimeToLive("192.0.2.1"));
        AwaitAssert(() => Assert.Equal(2, CountOf("Host 192.0.2.1 has been blocked via")));
        Assert.Equal(1, CountOf("TCP SYN/Normal scan from host: 192.0.2.1/192.0.2.1 to TCP port: 111"));
    }

    [Fact]
    public void The_scan_is_told_before_its_block_and_also_while_a_responder_hangs()
    {
        var responder = new FakeResponder();
        Start(responder);
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Equal(1, CountOf("Host 192.0.2.1 has been blocked via")));
        Assert.Contains("scan from host", Notices[0].Text, StringComparison.Ordinal);

        responder.Hang();
        See(Scan("192.0.2.2"));
        AwaitAssert(() => Assert.Contains("block 192.0.2.2", responder.Calls));
        Turn(TimeSpan.FromSeconds(1));
        AwaitAssert(() => Assert.Equal(1, CountOf("scan from host: 192.0.2.2")));
        responder.GoOn();
    }

    [Fact]
    public void A_responder_knows_how_long_after_the_deciding_packet_a_block_was_in_force()
    {
        Start(new FakeResponder());
        var scan = Scan("192.0.2.1");
        See(scan with { Fact = scan.Fact with { At = Instant.From(Time.GetUtcNow()) - TimeSpan.FromMilliseconds(3) } });
        AwaitAssert(() => Assert.NotNull(Assert.Single(Active()).ConfirmedAt));
        Command(new BlockByHand(Prefix.Parse("192.0.2.9"), null, "by hand is no reaction"));
        Response.Tell(GetResponseStatus.Instance, TestActor);
        var reaction = Assert.Single(ExpectMsg<ResponseStatus>().Responders).Reaction;
        Assert.Equal(new Reaction(1, TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(3)), reaction);
    }

    [Fact]
    public void A_block_ends_when_its_time_is_over_and_the_next_lasts_longer()
    {
        var responder = new FakeResponder();
        Start(responder);
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Single(responder.Held));
        Turn(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        AwaitAssert(() => Assert.Empty(responder.Held));
        Assert.Empty(Active());
        Assert.Empty(Gates.Blocked);
        AwaitAssert(() => Assert.Equal(1, CountOf("its time is over")));

        See(Scan("192.0.2.1", isNew: false));
        AwaitAssert(() => Assert.Single(responder.Held));
        Assert.Equal(TimeSpan.FromHours(1), responder.TimeToLive("192.0.2.1"));
    }

    [Fact]
    public void Unproven_blocks_are_short_and_held_against_nobody()
    {
        var responder = new FakeResponder();
        Start(responder);
        for (var i = 0; i < 3; i++)
        {
            See(Scan("192.0.2.1", proven: false));
            AwaitAssert(() => Assert.Single(responder.Held));
            Assert.Equal(TimeSpan.FromSeconds(60), responder.TimeToLive("192.0.2.1"));
            Turn(TimeSpan.FromSeconds(62));
            AwaitAssert(() => Assert.Empty(responder.Held));
        }
        See(Scan("192.0.2.1"));
        Assert.Equal(1, Assert.Single(Active()).Offence);
    }

    [Fact]
    public void A_restart_puts_blocks_back_before_it_says_ready()
    {
        Start(new FakeResponder());
        See(Scan("192.0.2.1"));
        See(Scan("192.0.2.2"));
        Active();
        var fresh = new FakeResponder();
        AwaitAssert(() => Assert.Equal(2, CountOf("has been blocked via")));
        Turn(TimeSpan.FromMinutes(4));
        Restart(fresh);
        Assert.Equal(2, fresh.Held.Count);
        Assert.Equal(TimeSpan.FromMinutes(6), fresh.TimeToLive("192.0.2.1"));
        Assert.Equal(2, Gates.Blocked.Count);
        Assert.Equal(2, Active().Count);
    }

    [Fact]
    public void State_kept_on_request_is_what_a_restart_finds()
    {
        Start(new FakeResponder());
        See(Scan("192.0.2.1"));
        Active();
        AwaitAssert(() => Assert.Equal(1, CountOf("has been blocked via")));
        Response.Tell(KeepState.Instance, TestActor);
        Active();
        var fresh = new FakeResponder();
        Restart(fresh);
        Assert.Equal([Attacker], fresh.Held);
    }

    [Fact]
    public void Blocks_whose_time_was_over_while_the_daemon_was_not_there_are_not_put_back()
    {
        Start(new FakeResponder());
        See(Scan("192.0.2.1", proven: false));
        See(Scan("192.0.2.2"));
        Active();
        AwaitAssert(() => Assert.Equal(2, CountOf("has been blocked via")));
        Stop();
        Turn(TimeSpan.FromMinutes(2));
        var fresh = new FakeResponder();
        Start(fresh);
        Assert.Equal([Prefix.Parse("192.0.2.2")], fresh.Held);
        Turn(TimeSpan.FromSeconds(2));
        AwaitAssert(() => Assert.Equal(1, CountOf("Host 192.0.2.1 is no longer blocked")));
    }

    [Fact]
    public void An_unblock_is_answered_when_the_responders_are_done_and_forgives_the_source()
    {
        var responder = new FakeResponder();
        Start(responder);
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Single(responder.Held));
        Assert.Equal(new Answer(true, "192.0.2.1 is no longer blocked"), Command(new Unblock(Attacker, "operator")));
        Assert.Empty(responder.Held);
        Assert.Equal(Attacker, Sources.ExpectMsg<ForgiveSource>().Source);
        Assert.Equal(new Answer(false, "192.0.2.1 is not blocked"), Command(new Unblock(Attacker, "operator")));
        See(Scan("192.0.2.1"));
        Assert.Equal(1, Assert.Single(Active()).Offence);
    }

    [Fact]
    public void An_unblock_of_an_address_lifts_the_64_that_is_blocked_and_says_so()
    {
        var responder = new FakeResponder();
        Start(responder);
        See(Scan("2001:db8:1:2::5"));
        AwaitAssert(() => Assert.Equal([Prefix.Parse("2001:db8:1:2::/64")], responder.Held));
        var answer = Command(new Unblock(Prefix.Parse("2001:db8:1:2::77"), "operator"));
        Assert.True(answer.Ok);
        Assert.Equal("2001:db8:1:2::77 was blocked as part of 2001:db8:1:2::/64: 2001:db8:1:2::/64 is no longer blocked", answer.Text);
        Assert.Empty(responder.Held);
    }

    [Fact]
    public void An_unblock_of_a_prefix_lifts_everything_within()
    {
        var responder = new FakeResponder();
        Start(responder);
        foreach (var source in (string[])["192.0.2.1", "192.0.2.2", "203.0.113.1"]) See(Scan(source));
        AwaitAssert(() => Assert.Equal(3, responder.Held.Count));
        Assert.Equal(new Answer(true, "no longer blocked: 2 within 192.0.2.0/24"), Command(new Unblock(Prefix.Parse("192.0.2.0/24"), "operator")));
        Assert.Equal([Prefix.Parse("203.0.113.1")], responder.Held);
    }

    [Fact]
    public void A_flush_counts_what_it_lifted_and_leaves_nothing()
    {
        var (one, two) = (new FakeResponder("one"), new FakeResponder("two"));
        Start(one, two);
        See(Scan("192.0.2.1"));
        See(Scan("192.0.2.2"));
        AwaitAssert(() => Assert.Equal(2, two.Held.Count));
        Assert.Equal(new Answer(true, "2 blocks lifted; nothing of ours stays in one, two"), Command(new FlushAll("operator")));
        Assert.Empty(one.Held);
        Assert.Empty(two.Held);
        Assert.Empty(Active());
        Assert.Contains("flush", one.Calls);
    }

    [Fact]
    public void An_operator_blocks_for_a_time_or_for_good()
    {
        var responder = new FakeResponder();
        Start(responder);
        Assert.True(Command(new BlockByHand(Attacker, null, "known")).Ok);
        Assert.Null(responder.TimeToLive("192.0.2.1"));
        Assert.True(Command(new BlockByHand(Prefix.Parse("203.0.113.0/24"), TimeSpan.FromHours(1), "net")).Ok);
        Assert.Equal(TimeSpan.FromHours(1), responder.TimeToLive("203.0.113.0/24"));
        Turn(TimeSpan.FromDays(100));
        AwaitAssert(() => Assert.Equal([Attacker], responder.Held));
        Assert.Equal(Core.Response.Decider.Operator, Assert.Single(Active()).By);
    }

    [Fact]
    public void What_lies_in_a_blocked_prefix_is_not_blocked_again()
    {
        var responder = new FakeResponder();
        Start(responder);
        Command(new BlockByHand(Prefix.Parse("192.0.2.0/24"), null, "net"));
        See(Scan("192.0.2.1"));
        Assert.Equal(Prefix.Parse("192.0.2.0/24"), Assert.Single(Active()).Target);
    }

    [Fact]
    public void Log_only_blocks_nobody_and_says_so_to_an_operator_and_can_be_turned_on()
    {
        Policy.Replace(Policy.Detection, Policy.Response with { Enforce = false });
        var responder = new FakeResponder();
        Start(responder);
        See(Scan("192.0.2.1"));
        Assert.Empty(Active());
        var answer = Command(new BlockByHand(Attacker, null, "known"));
        Assert.False(answer.Ok);
        Assert.Contains("enforcement is off", answer.Text, StringComparison.Ordinal);
        Assert.Empty(responder.Calls);

        Policy.Replace(Policy.Detection, Policy.Response with { Enforce = true });
        Turn(TimeSpan.FromSeconds(2));
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Equal([Attacker], responder.Held));
    }

    [Fact]
    public void A_responder_that_wants_its_turn_first_has_it_and_its_failure_stops_nobody()
    {
        var first = new FakeResponder("first") { First = true };
        var other = new FakeResponder("other");
        Start(other, first);
        first.Hang();
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Contains("block 192.0.2.1", first.Calls));
        Assert.Empty(other.Held);
        first.Fault = ResponderResult.Never("no such program");
        first.GoOn();
        AwaitAssert(() => Assert.Equal([Attacker], other.Held));
    }
}
