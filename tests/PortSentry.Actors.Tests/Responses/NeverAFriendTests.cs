using PortSentry.Actors.Responses;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;

namespace PortSentry.Actors.Tests.Responses;

public sealed class NeverAFriendTests : ResponseSpec
{
    private readonly FakeResponder _responder = new();

    [Fact]
    public void A_refusal_is_reported_once_in_a_while()
    {
        Protection.Friends[Attacker] = Refusal.Protected;
        Start(_responder);
        for (var i = 0; i < 20; i++) See(Scan("192.0.2.1", isNew: i == 0));
        Assert.Empty(Active());
        Assert.Equal(1, CountOf("Host 192.0.2.1 is not blocked: it is a friend. Ignoring"));
        Turn(TimeSpan.FromMinutes(11));
        See(Scan("192.0.2.1", isNew: false));
        Active();
        Assert.Equal(2, CountOf("is not blocked"));
    }

    [Fact]
    public void Of_a_64_that_holds_a_friend_only_the_address_seen_is_blocked_and_the_gate_is_left_open()
    {
        Protection.Friends[Prefix.Parse("2001:db8:1:2::1")] = Refusal.Protected;
        Start(_responder);
        See(Scan("2001:db8:1:2::666"));
        Assert.Equal(Prefix.Parse("2001:db8:1:2::666"), Assert.Single(Active()).Target);
        Assert.Empty(Gates.Blocked);
        See(Scan("2001:db8:1:2::1"));
        Assert.Single(Active());
    }

    [Fact]
    public void An_operator_cannot_block_a_friend_by_mistake()
    {
        Protection.Friends[Prefix.Parse("192.0.2.77")] = Refusal.Ignored;
        Start(_responder);
        Assert.Equal(new Answer(false, "192.0.2.0/24 is not blocked: it is a friend"), Command(new BlockByHand(Prefix.Parse("192.0.2.0/24"), null, "net")));
        Assert.Empty(_responder.Held);
    }

    [Fact]
    public void Forged_sources_hit_no_friend_spend_the_budget_and_raise_one_alarm()
    {
        var friends = new Dictionary<string, Refusal> { ["198.51.100.254"] = Refusal.Protected, ["198.51.100.53"] = Refusal.Protected, ["203.0.113.5"] = Refusal.Ignored };
        foreach (var (address, refusal) in friends) Protection.Friends[Prefix.Parse(address)] = refusal;
        Start(_responder);
        foreach (var address in friends.Keys) See(Scan(address, proven: false));
        var forged = new Random(1);
        for (var i = 0; i < 10_000; i++) See(Scan(Address.FromV4(0x0B00_0000u + (uint)forged.Next(1 << 24)).ToString(), proven: false));
        var active = Active();
        Assert.Equal(Policy.Response.UnprovenBudgetPerMinute, active.Count);
        Assert.DoesNotContain(active, block => friends.ContainsKey(block.Target.ToString()));
        AwaitAssert(() => Assert.Equal(60, CountOf("has been blocked via")));
        Assert.Equal(1, CountOf("Blocks of unproven sources are suspended"));
        Assert.Equal(3, CountOf("it is a friend"));
        Assert.True(CountOf("scan from host") <= 64, "beyond the budget forged scans are summed");

        // The real one, which proves itself, is blocked beside them.
        See(Scan("192.0.2.1"));
        Assert.Contains(Active(), block => block.Target == Attacker);
    }

    [Fact]
    public void The_breaker_shows_in_the_status_and_closes_by_itself()
    {
        Policy.Replace(Policy.Detection, Policy.Response with { UnprovenBudgetPerMinute = 2 });
        Start(_responder);
        for (var i = 1; i <= 5; i++) See(Scan($"192.0.2.{i}", proven: false));
        Response.Tell(GetResponseStatus.Instance, TestActor);
        var budget = ExpectMsg<ResponseStatus>().Budget!;
        Assert.Equal((2, 2, 3), (budget.Spent, budget.Limit, budget.Refused));
        Assert.NotNull(budget.SuspendedSince);
        Turn(TimeSpan.FromSeconds(62));
        AwaitAssert(() => Assert.Equal(1, CountOf("possible again; 3 verdicts were only logged")));
        See(Scan("192.0.2.9", proven: false));
        AwaitAssert(() => Assert.Equal(Prefix.Parse("192.0.2.9"), Assert.Single(Active()).Target));
    }

    [Fact]
    public void When_blocks_hit_too_many_of_the_clients_they_are_only_logged_and_strangers_are_blocked_as_before()
    {
        for (var i = 1; i <= 100; i++) Protection.Served.Add(Prefix.Parse($"192.0.2.{i}"));
        Start(_responder);
        for (var i = 1; i <= 30; i++) See(Scan($"192.0.2.{i}"));
        See(Scan("203.0.113.9"));
        Assert.Equal(21, Active().Count);
        Assert.Equal(1, CountOf("Blocks of recent clients are suspended: 20 of 100 recent clients blocked within 5 minutes already"));
        Response.Tell(GetResponseStatus.Instance, TestActor);
        var clients = ExpectMsg<ResponseStatus>().Clients!;
        Assert.Equal((20, 20, 10), (clients.Spent, clients.Limit, clients.Refused));

        TurnSlowly(62);
        AwaitAssert(() => Assert.Equal(1, CountOf("Blocks of recent clients are possible again; 10 verdicts were only logged")));
        See(Scan("192.0.2.40"));
        Assert.Equal(21, Active().Count);
        Turn(TimeSpan.FromMinutes(5));
        See(Scan("192.0.2.40"));
        Assert.Contains(Active(), static block => block.Target == Prefix.Parse("192.0.2.40"));
    }

    [Fact]
    public void A_handful_of_clients_may_always_be_blocked()
    {
        for (var i = 1; i <= 5; i++) Protection.Served.Add(Prefix.Parse($"192.0.2.{i}"));
        Start(_responder);
        for (var i = 1; i <= 5; i++) See(Scan($"192.0.2.{i}"));
        Assert.Equal(5, Active().Count);
    }
}
