using PortSentry.Actors.Responses;
using PortSentry.Core.Addresses;
using PortSentry.Responders;

namespace PortSentry.Actors.Tests.Responses;

public sealed class ResponderFaultTests : ResponseSpec
{
    [Fact]
    public void A_hanging_responder_holds_up_nobody_and_is_given_up()
    {
        var (stuck, fine) = (new FakeResponder("stuck"), new FakeResponder("fine"));
        Start(stuck, fine);
        stuck.Hang();
        See(Scan("192.0.2.1"));
        See(Scan("192.0.2.2"));
        AwaitAssert(() => Assert.Equal(2, fine.Held.Count));
        Assert.Equal(2, Active().Count);
        AwaitAssert(() => Assert.Single(stuck.Calls, call => call.StartsWith("block", StringComparison.Ordinal)));
        Turn(TimeSpan.FromSeconds(31));
        AwaitAssert(() => Assert.Equal(1, CountOf("responder stuck: a call did not return within 30 s")));
    }

    [Fact]
    public void A_failed_block_is_tried_again_with_growing_waits()
    {
        var responder = new FakeResponder { IsBlind = true };
        Start(responder);
        responder.Fault = ResponderResult.Later("busy");
        See(Scan("192.0.2.1"));
        foreach (var (seconds, tries) in ((int, int)[])[(0, 1), (1, 2), (2, 3), (4, 4)])
        {
            Turn(TimeSpan.FromSeconds(seconds));
            AwaitAssert(() => Assert.Equal(tries, responder.Calls.Count(static call => call == "block 192.0.2.1")));
            Active();
        }
        responder.Fault = null;
        TurnSlowly(8);
        AwaitAssert(() => Assert.Equal([Attacker], responder.Held));
        AwaitAssert(() => Assert.NotNull(Assert.Single(Active()).ConfirmedAt));
        AwaitAssert(() => Assert.Equal(1, CountOf("Responder fake works again")));
        Assert.Equal(1, CountOf("ERROR: responder fake: busy"));
    }

    [Fact]
    public void What_is_lifted_meanwhile_is_not_tried_again()
    {
        var responder = new FakeResponder { IsBlind = true };
        Start(responder);
        responder.Fault = ResponderResult.Later("busy");
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Contains("block 192.0.2.1", responder.Calls));
        Response.Tell(new Unblock(Attacker, "operator"), TestActor);
        Assert.False(ExpectMsg<Answer>().Ok);
        responder.Fault = null;
        TurnSlowly(10);
        AwaitAssert(() => Assert.Equal(2, responder.Calls.Count(static call => call == "unblock 192.0.2.1")));
        Assert.Empty(responder.Held);
        Assert.Single(responder.Calls, static call => call == "block 192.0.2.1");
    }

    [Fact]
    public void A_responder_that_throws_is_a_failed_one()
    {
        var (bad, fine) = (new FakeResponder("bad"), new FakeResponder("fine"));
        Start(bad, fine);
        bad.Thrown = new InvalidOperationException("a bug");
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Equal([Attacker], fine.Held));
        AwaitAssert(() => Assert.Equal(1, CountOf("responder bad: InvalidOperationException: a bug")));
        bad.Thrown = null;
        TurnSlowly(11);
        AwaitAssert(() => Assert.Equal([Attacker], bad.Held));
    }

    [Fact]
    public void A_responder_that_cannot_start_keeps_nobody_waiting_and_gets_what_is_in_force_when_it_can()
    {
        var (late, fine) = (new FakeResponder("late") { StartFault = ResponderResult.Never("no right") }, new FakeResponder("fine"));
        Start(late, fine);
        See(Scan("192.0.2.1"));
        See(Scan("192.0.2.2"));
        AwaitAssert(() => Assert.Equal(2, fine.Held.Count));
        Command(new Unblock(Attacker, "operator"));
        late.StartFault = null;
        TurnSlowly(3);
        AwaitAssert(() => Assert.Equal([Prefix.Parse("192.0.2.2")], late.Held));
    }

    [Fact]
    public void A_responder_that_hangs_at_the_start_does_not_hold_up_the_watch()
    {
        var stuck = new FakeResponder("stuck");
        stuck.Hang();
        StartWithoutWaiting(stuck);
        Response.Tell(AwaitReady.Instance, TestActor);
        Active();
        Turn(TimeSpan.FromSeconds(6));
        ExpectMsg<ResponseReady>();
    }

    [Fact]
    public void After_a_start_the_gates_know_who_is_blocked_before_a_responder_has_put_it_in_force()
    {
        Start(new FakeResponder());
        See(Scan("192.0.2.1"));
        Active();
        Stop();
        Gates.Forget(Attacker);
        var stuck = new FakeResponder();
        stuck.Hang();
        StartWithoutWaiting(stuck);
        Response.Tell(AwaitRecovery.Instance, TestActor);
        ExpectMsg<ResponseRecovered>();
        Assert.Contains(Attacker, Gates.Blocked);
    }

    [Fact]
    public void A_command_is_answered_although_a_responder_hangs_and_says_which()
    {
        var (stuck, fine) = (new FakeResponder("stuck"), new FakeResponder("fine"));
        Start(stuck, fine);
        stuck.Hang();
        Response.Tell(new BlockByHand(Attacker, null, "known"), TestActor);
        AwaitAssert(() => Assert.Single(fine.Held));
        Active();
        Turn(TimeSpan.FromSeconds(9));
        var answer = ExpectMsg<Answer>();
        Assert.False(answer.Ok);
        Assert.Equal("192.0.2.1 is blocked for good; stuck: still under way", answer.Text);
    }

    [Fact]
    public void A_responder_that_fails_again_and_again_is_reported_once()
    {
        var responder = new FakeResponder { IsBlind = true };
        Start(responder);
        responder.Fault = ResponderResult.Never("read-only file");
        for (var i = 1; i <= 50; i++) See(Scan($"192.0.2.{i}"));
        AwaitAssert(() => Assert.Equal(50, responder.Calls.Count(static call => call.StartsWith("block", StringComparison.Ordinal))));
        Active();
        Assert.Equal(1, CountOf("ERROR: responder fake"));
    }
}
