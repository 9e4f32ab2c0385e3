using PortSentry.Actors.Responses;

namespace PortSentry.Actors.Tests.Responses;

/// <summary>Other responders while the actor runs, as after a reload.</summary>
public sealed class RespondersChangedTests : ResponseSpec
{
    private readonly FakeResponder _one = new("one"), _two = new("two");

    [Fact]
    public void A_new_one_gets_what_is_in_force_and_one_that_stays_is_not_touched()
    {
        Start(_one);
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Contains(Attacker, _one.Held));
        var calls = _one.Calls;

        Change([_one, _two]);

        AwaitAssert(() => Assert.Contains(Attacker, _two.Held));
        Assert.Equal(calls, _one.Calls);
        See(Scan("192.0.2.2"));
        AwaitAssert(() => Assert.Equal((2, 2), (_one.Held.Count, _two.Held.Count)));
    }

    [Fact]
    public void One_that_goes_takes_everything_of_it_away_and_hears_no_more()
    {
        Start(_one, _two);
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Contains(Attacker, _two.Held));

        Change([_one]);

        AwaitAssert(() => Assert.Equal("dispose", _two.Calls[^1]));
        Assert.Empty(_two.Held);
        See(Scan("192.0.2.2"));
        AwaitAssert(() => Assert.Equal(2, _one.Held.Count));
        Assert.Empty(_two.Held);
        Assert.True(Command(new Unblock(Attacker, "operator")).Ok);
    }

    [Fact]
    public void A_successor_starts_when_the_former_has_ended()
    {
        Start(_one);
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Contains(Attacker, _one.Held));
        var next = new FakeResponder("one");
        _one.Hang();

        Change([next]);
        See(Scan("192.0.2.2"));

        Assert.Equal(2, Active().Count);
        Assert.Empty(next.Calls);
        _one.GoOn();
        AwaitAssert(() => Assert.Equal(2, next.Held.Count));
        Assert.Empty(_one.Held);
    }

    [Fact]
    public void What_a_successor_takes_over_stays_in_force_all_the_time()
    {
        Start(_one);
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Contains(Attacker, _one.Held));
        var next = new FakeResponder("one");

        Change([next], "one");

        AwaitAssert(() => Assert.Contains(Attacker, next.Held));
        Assert.Contains(Attacker, _one.Held);
        Assert.Equal("dispose", _one.Calls[^1]);
    }

    private void Change(FakeResponder[] responders, params string[] handovers)
    {
        Configured = responders;
        Response.Tell(new RespondersChanged(handovers), TestActor);
    }
}
