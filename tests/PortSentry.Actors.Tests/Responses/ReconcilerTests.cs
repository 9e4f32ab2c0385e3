using PortSentry.Actors.Responses;
using PortSentry.Core.Addresses;
using PortSentry.Responders;

namespace PortSentry.Actors.Tests.Responses;

public sealed class ReconcilerTests : ResponseSpec
{
    private readonly FakeResponder _responder = new();

    [Fact]
    public void What_somebody_took_away_is_put_back_on_schedule_with_a_line_each()
    {
        Start(_responder);
        See(Scan("192.0.2.1"));
        See(Scan("192.0.2.2"));
        AwaitAssert(() => Assert.Equal(2, _responder.Held.Count));
        _responder.Tamper(static held => held.Clear());
        TurnSlowly(11);
        AwaitAssert(() => Assert.Equal(2, _responder.Held.Count));
        AwaitAssert(() => Assert.Equal(2, CountOf("was no longer blocked in fake: put back")));
        Assert.InRange(_responder.TimeToLive("192.0.2.1")!.Value, TimeSpan.FromSeconds(585), TimeSpan.FromSeconds(595));
    }

    [Fact]
    public void What_the_kernel_tells_of_is_put_back_at_once()
    {
        Start(_responder);
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Single(_responder.Held));
        Turn(TimeSpan.FromSeconds(1));
        _responder.Tamper(static held => held.Clear());
        _responder.Damage = ResponderResult.Done;
        _responder.Disturb();
        AwaitAssert(() => Assert.Equal(1, CountOf("Host 192.0.2.1 was no longer blocked in fake: put back")));
        Assert.Single(_responder.Held);
        Assert.Equal(1, CountOf("The rules of fake were changed or deleted by somebody else: put back"));
    }

    [Fact]
    public void Whoever_goes_on_disturbing_gets_his_answers_at_a_bounded_rate()
    {
        Start(_responder);
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Single(_responder.Held));
        for (var i = 1; i <= 3; i++)
        {
            Turn(TimeSpan.FromSeconds(1));
            _responder.Tamper(static held => held.Clear());
            for (var j = 0; j < 100; j++) _responder.Disturb();
            AwaitAssert(() => Assert.Equal(i, CountOf("put back")));
        }
        // What came while the last comparison ran is looked at once more, after a pause.
        Turn(TimeSpan.FromSeconds(1));
        Assert.Equal("1 blocks should be in force; fake: as it should be", Command(ReconcileNow.Instance).Text);
        Assert.Equal(4, _responder.Calls.Count(static call => call.StartsWith("block", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_should_not_be_there_is_taken_out()
    {
        Start(_responder);
        _responder.Tamper(static held => held[Prefix.Parse("203.0.113.9")] = null);
        TurnSlowly(11);
        AwaitAssert(() => Assert.Empty(_responder.Held));
        AwaitAssert(() => Assert.Equal(1, CountOf("Host 203.0.113.9 was blocked in fake and should not be: taken out")));
    }

    [Fact]
    public void Strays_of_a_former_process_are_taken_out_at_the_start()
    {
        _responder.Tamper(static held => held[Prefix.Parse("203.0.113.9")] = null);
        Start(_responder);
        Assert.Empty(_responder.Held);
    }

    [Fact]
    public void An_operator_gets_the_comparison_at_once()
    {
        Start(_responder);
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Single(_responder.Held));
        Assert.Equal(new Answer(true, "1 blocks should be in force; fake: as it should be"), Command(ReconcileNow.Instance));
        _responder.Tamper(static held => held.Clear());
        Assert.Equal(new Answer(true, "1 blocks should be in force; fake: 1 put back, 0 taken out"), Command(ReconcileNow.Instance));
        Assert.Single(_responder.Held);
    }

    [Fact]
    public void A_great_repair_is_summed_up()
    {
        Start(_responder);
        for (var i = 1; i <= 40; i++) See(Scan($"192.0.2.{i}"));
        AwaitAssert(() => Assert.Equal(40, _responder.Held.Count));
        _responder.Tamper(static held => held.Clear());
        Assert.True(Command(ReconcileNow.Instance).Ok);
        Assert.Equal(10, CountOf("put back"));
        Assert.Equal(1, CountOf("30 more blocks repaired in fake"));
    }

    [Fact]
    public void Where_nobody_can_tell_what_is_in_force_nothing_is_repeated()
    {
        var blind = new FakeResponder("blind") { IsBlind = true };
        Start(blind);
        See(Scan("192.0.2.1"));
        AwaitAssert(() => Assert.Single(blind.Held));
        Assert.True(Command(ReconcileNow.Instance).Ok);
        Assert.Single(blind.Calls, static call => call.StartsWith("block", StringComparison.Ordinal));
    }

    [Fact]
    public void A_block_about_to_end_is_no_damage()
    {
        Start(_responder);
        See(Scan("192.0.2.1", proven: false));
        AwaitAssert(() => Assert.Single(_responder.Held));
        Turn(TimeSpan.FromSeconds(59));
        // The kernel's own clock was faster.
        _responder.Tamper(static held => held.Clear());
        Assert.Equal("1 blocks should be in force; fake: as it should be", Command(ReconcileNow.Instance).Text);
    }
}
