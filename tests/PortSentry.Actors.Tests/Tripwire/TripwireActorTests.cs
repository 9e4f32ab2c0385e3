using PortSentry.Actors.Responses;
using PortSentry.Actors.Sources;
using PortSentry.Actors.Tests.Responses;
using PortSentry.Actors.Tripwire;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Responders;
using PortSentry.Responders.Tripwire;
using Decider = PortSentry.Core.Response.Decider;

namespace PortSentry.Actors.Tests.Tripwire;

public sealed class TripwireActorTests : ActorSpec
{
    private static readonly Address Own = Address.Parse("198.51.100.1");
    private static readonly Prefix Friend = Prefix.Parse("192.0.2.53");

    private readonly FakeTripwire _kernel = new();
    private readonly FakeProtection _protection = new();
    private readonly LivePolicy _policy = new(DetectionPolicy.Default, ResponsePolicy.Default with { Enforce = true });
    private readonly TestProbe _region;
    private readonly TestProbe _response;
    private readonly TestProbe _notices;
    private TripwireView _view = new([Friend], [Own, Address.Parse("2001:db8::1")], []);

    public TripwireActorTests()
    {
        _region = CreateTestProbe();
        _response = CreateTestProbe();
        _notices = CreateTestProbe();
    }

    [Fact]
    public void It_knows_its_friends_before_it_counts()
    {
        Start();
        Assert.Equal(["install", $"near {Own} 2001:db8::1", $"friends {Friend}", "awake 30"], _kernel.Calls);
    }

    [Fact]
    public void A_new_friend_passes_within_a_second()
    {
        var tripwire = Start();
        _view = _view with { Friends = [Friend, Prefix.Parse("192.0.2.99")], Served = [(IpProtocol.Sctp, 3868), (IpProtocol.Tcp, 80)] };
        Turn(TimeSpan.FromSeconds(1));
        StatusOf(tripwire);
        Assert.Contains($"friends {Friend} 192.0.2.99", _kernel.Calls);
        Assert.Contains("exempt Sctp 3868", _kernel.Calls);
        Assert.Contains("exempt Tcp 80", _kernel.Calls);
    }

    [Fact]
    public void It_stays_awake_when_the_clock_is_set_back()
    {
        var tripwire = Start();
        SetClock(TimeSpan.FromHours(-3));
        TurnSlowly(11);
        Assert.True(StatusOf(tripwire).IsArmed);
        Assert.Equal(2, _kernel.Calls.Count(static call => call == "awake 30"));
    }

    [Fact]
    public void Whom_an_operator_frees_the_kernel_does_not_hold()
    {
        var tripwire = Start();
        StatusOf(tripwire);
        Sys.EventStream.Publish(new TargetFreed(Prefix.Parse("192.0.2.1")));
        AwaitAssert(() => Assert.Contains("release 192.0.2.1", _kernel.Calls));
    }

    [Fact]
    public void A_hold_is_told_to_the_answers_and_brought_before_the_verdict_with_the_contacts_before_it()
    {
        var tripwire = Start();
        tripwire.Tell(Contact("192.0.2.1", 1001));
        tripwire.Tell(Hold("192.0.2.1", 1002));
        var hold = _response.ExpectMsg<HoldSeen>().Hold;
        Assert.Equal(Prefix.Parse("192.0.2.1"), hold.Target);
        Assert.Equal(Decider.Tripwire, hold.By);
        Assert.Equal(Moment + TimeSpan.FromSeconds(60), hold.Until);
        Assert.Equal(1001, _region.ExpectMsg<FactSeen>().Fact.Port);
        Assert.Equal(1002, _region.ExpectMsg<FactSeen>().Fact.Port);
    }

    [Fact]
    public void Who_comes_back_to_services_that_stopped_is_let_go_at_once_and_what_they_refused_is_no_evidence()
    {
        var tripwire = Start(1001, 1002, 1003);
        tripwire.Tell(Contact("192.0.2.1", 1001));
        tripwire.Tell(Hold("192.0.2.1", 1002));
        Assert.Equal((1, 1), (StatusOf(tripwire).Holds, StatusOf(tripwire).Released));
        Assert.Contains("release 192.0.2.1", _kernel.Calls);
        _response.ExpectNoMsg(TimeSpan.Zero);

        tripwire.Tell(Contact("192.0.2.2", 1003));
        tripwire.Tell(Hold("192.0.2.2", 1004));
        Assert.Equal(1004, _region.ExpectMsg<FactSeen>().Fact.Port);
        _region.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_hold_that_became_a_block_in_force_is_let_go_quietly()
    {
        var tripwire = Start();
        tripwire.Tell(Hold("192.0.2.1", 1002));
        var hold = _response.ExpectMsg<HoldSeen>().Hold;
        Turn(TimeSpan.FromSeconds(2));
        Assert.Equal(hold.Target, _response.ExpectMsg<JudgeHold>().Target);
        tripwire.Tell(new HoldJudged(hold.Target, hold with { By = Decider.Rule, ConfirmedAt = Moment }));
        Assert.Equal(1, StatusOf(tripwire).Confirmed);
        Assert.Contains("release 192.0.2.1", _kernel.Calls);
        Assert.DoesNotContain(_kernel.Calls, static call => call.StartsWith("spare", StringComparison.Ordinal));
    }

    [Fact]
    public void While_no_responder_has_the_block_the_hold_stays()
    {
        var tripwire = Start();
        tripwire.Tell(Hold("192.0.2.1", 1002));
        var hold = _response.ExpectMsg<HoldSeen>().Hold;
        Turn(TimeSpan.FromSeconds(2));
        tripwire.Tell(new HoldJudged(hold.Target, hold with { By = Decider.Rule }));
        Assert.Equal(1, StatusOf(tripwire).Confirmed);
        Assert.DoesNotContain("release 192.0.2.1", _kernel.Calls);
    }

    [Fact]
    public void A_hold_without_a_verdict_is_released_and_not_repeated_for_a_while()
    {
        var tripwire = Start();
        tripwire.Tell(Hold("192.0.2.1", 1002));
        Turn(TimeSpan.FromSeconds(2));
        tripwire.Tell(new HoldJudged(Prefix.Parse("192.0.2.1"), null));
        Assert.Equal(1, StatusOf(tripwire).Released);
        Assert.Equal(["spare 192.0.2.1 600", "release 192.0.2.1"], _kernel.Calls.TakeLast(2));
    }

    [Fact]
    public void A_friend_is_released_at_once_and_never_told_as_held()
    {
        _protection.Friends[Prefix.Parse("192.0.2.1")] = Refusal.Protected;
        var tripwire = Start();
        tripwire.Tell(Hold("192.0.2.1", 1002));
        StatusOf(tripwire);
        Assert.Equal(["spare 192.0.2.1 600", "release 192.0.2.1"], _kernel.Calls.TakeLast(2));
        Assert.False(_response.HasMessages);
        Assert.False(_region.HasMessages);
        Assert.Contains("it is a friend", _notices.ExpectMsg<Notice>().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_neighbour_is_held_by_its_address_and_a_stranger_by_its_64()
    {
        var tripwire = Start();
        tripwire.Tell(Hold("2001:db8::77", 1002));
        tripwire.Tell(Hold("2001:db8:1::77", 1002));
        Assert.Equal(Prefix.Parse("2001:db8::77"), _response.ExpectMsg<HoldSeen>().Hold.Target);
        Assert.Equal(Prefix.Parse("2001:db8:1::/64"), _response.ExpectMsg<HoldSeen>().Hold.Target);
    }

    [Fact]
    public void A_flood_is_told_once_and_is_over_when_it_has_been_calm()
    {
        var tripwire = Start();
        for (var i = 0; i < 900; i++) tripwire.Tell(Contact($"203.0.{i >> 8}.{i & 255}", (ushort)(i + 1)));
        Assert.True(StatusOf(tripwire) is { IsFlooded: true, IsArmed: true });
        Assert.Contains("flooded", _notices.ExpectMsg<Notice>().Text, StringComparison.Ordinal);
        Assert.False(_notices.HasMessages);
        TurnSlowly(11);
        Assert.False(StatusOf(tripwire).IsFlooded);
        Assert.Contains("the flood is over", _notices.ExpectMsg<Notice>().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scan_alone_is_no_flood()
    {
        var tripwire = Start();
        for (var i = 0; i < 300; i++) tripwire.Tell(Contact("192.0.2.1", (ushort)(i + 1)));
        Assert.False(StatusOf(tripwire).IsFlooded);
    }

    [Fact]
    public void Rules_that_somebody_flushed_are_put_back()
    {
        var tripwire = Start();
        _kernel.Vanish();
        TurnSlowly(11);
        Assert.True(StatusOf(tripwire).IsArmed);
        Assert.Equal(2, _kernel.Calls.Count(static call => call == "install"));
        Assert.Equal(2, _kernel.Calls.Count(static call => call.StartsWith("friends", StringComparison.Ordinal)));
    }

    [Fact]
    public void Rules_that_somebody_flushed_are_put_back_at_once_where_the_kernel_tells()
    {
        var tripwire = Start();
        Turn(TimeSpan.FromSeconds(1));
        _kernel.Vanish();
        _kernel.Disturb();
        Assert.True(StatusOf(tripwire).IsArmed);
        Assert.Equal(["install", $"near {Own} 2001:db8::1", $"friends {Friend}", "awake 30"], _kernel.Calls.TakeLast(4));
        Assert.Contains("put back", _notices.ExpectMsg<Notice>().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disturbance_that_changed_nothing_is_passed_over()
    {
        var tripwire = Start();
        Turn(TimeSpan.FromSeconds(1));
        _kernel.Disturb();
        Assert.True(StatusOf(tripwire).IsArmed);
        Assert.Single(_kernel.Calls, "install");
    }

    [Fact]
    public void It_leaves_with_its_actor_so_that_nobody_is_held_by_nobody()
    {
        var tripwire = Start();
        Watch(tripwire);
        Sys.Stop(tripwire);
        ExpectTerminated(tripwire);
        Assert.Equal("remove", _kernel.Calls[^1]);
    }

    [Fact]
    public void Without_enforcement_nothing_is_installed()
    {
        _policy.Replace(_policy.Detection, ResponsePolicy.Default);
        var tripwire = Start();
        TurnSlowly(3);
        Assert.False(StatusOf(tripwire).IsArmed);
        Assert.Empty(_kernel.Calls);
    }

    [Fact]
    public void Flush_takes_it_out_for_a_minute()
    {
        var tripwire = Start();
        tripwire.Tell(FlushTripwire.Instance, TestActor);
        Assert.True(ExpectMsg<Answer>().Ok);
        Assert.False(_kernel.IsInstalled);
        TurnSlowly(58);
        StatusOf(tripwire);
        Assert.False(_kernel.IsInstalled);
        TurnSlowly(4);
        Assert.True(StatusOf(tripwire).IsArmed);
    }

    /// <param name="served">Ports that served everybody before.</param>
    private IActorRef Start(params ushort[] served)
    {
        var tripwire = Sys.ActorOf(TripwireActor.PropsFor(new TripwireSettings(
            new TripwireRules(), _kernel, static () => new SilentLog(), () => _view, _protection, _policy, _region, _response, _notices, Time)
        {
            WasServed = contact => served.Contains(contact.Port),
        }));
        StatusOf(tripwire);
        return tripwire;
    }

    /// <summary>Asked after everything told before.</summary>
    private TripwireStatus StatusOf(IActorRef tripwire)
    {
        tripwire.Tell(GetTripwireStatus.Instance, TestActor);
        return ExpectMsg<TripwireStatus>();
    }

    private ContactReported Contact(string source, ushort port) => new(FactOf(source, port), IsHold: false);

    private ContactReported Hold(string source, ushort port) => new(FactOf(source, port), IsHold: true);

    private Fact FactOf(string source, ushort port) => new(
        Address.Parse(source), Own, IpProtocol.Tcp, port, ProbeKind.TcpSyn, Outcome.Unserved, Traits.None, 2, false, 0, 1, Moment, Moment);
}
