using PortSentry.Actors.Responses;
using PortSentry.Actors.Tests.Responses;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;
using Decider = PortSentry.Core.Response.Decider;

namespace PortSentry.Actors.Tests.Tripwire;

/// <summary>What becomes of a hold among the answers.</summary>
public sealed class HoldLifeTests : ResponseSpec
{
    private readonly FakeResponder _firewall = new("firewall");

    [Fact]
    public void A_hold_is_listed_under_the_tripwire_and_costs_no_responder_a_call()
    {
        Start(_firewall);
        Hold("192.0.2.1");
        Assert.Equal(Decider.Tripwire, Assert.Single(Active()).By);
        Assert.Equal(1, CountOf("attackalert: Host 192.0.2.1 is held by the kernel's tripwire"));
        Assert.Empty(_firewall.Held);
    }

    [Fact]
    public void The_verdict_makes_a_block_of_it()
    {
        Start(_firewall);
        Hold("192.0.2.1");
        See(Scan("192.0.2.1"));
        Assert.Equal(Decider.Rule, Assert.Single(Active()).By);
        Assert.Equal(Decider.Rule, Judge("192.0.2.1")?.By);
    }

    [Fact]
    public void The_word_of_a_hold_comes_before_that_of_the_block_though_the_firewall_is_told_first()
    {
        Start(_firewall);
        Hold("192.0.2.1");
        See(Scan("192.0.2.1"));
        Active();
        string[] words = [.. Notices.Select(static notice => notice.Text).Where(static text => text.Contains("192.0.2.1", StringComparison.Ordinal))];
        Assert.Contains("is held", words[0], StringComparison.Ordinal);
        Assert.Contains("scan", words[1], StringComparison.Ordinal);
        Assert.Contains("blocked", words[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_hold_that_nobody_asks_about_is_told_within_a_second()
    {
        Start(_firewall);
        Hold("192.0.2.1");
        Turn(TimeSpan.FromSeconds(1));
        AwaitAssert(() => Assert.Equal(1, CountOf("attackalert: Host 192.0.2.1 is held by the kernel's tripwire")));
    }

    [Fact]
    public void A_hold_after_the_block_changes_nothing()
    {
        Start(_firewall);
        See(Scan("192.0.2.1"));
        Hold("192.0.2.1");
        Assert.Equal(Decider.Rule, Assert.Single(Active()).By);
        Assert.Equal(0, CountOf("tripwire"));
    }

    [Fact]
    public void Without_a_verdict_it_is_over_when_judged_and_nothing_is_held_against_the_source()
    {
        Start(_firewall);
        Hold("192.0.2.1");
        Assert.Null(Judge("192.0.2.1"));
        Assert.Empty(Active());
        Assert.Equal(1, CountOf("the evidence makes no scan"));
        See(Scan("192.0.2.1"));
        Assert.Equal(1, Assert.Single(Active()).Offence);
    }

    [Fact]
    public void A_start_does_not_put_a_hold_back()
    {
        Start(_firewall);
        Hold("192.0.2.1");
        Active();
        Restart(_firewall);
        Assert.Empty(_firewall.Held);
        Turn(TimeSpan.FromSeconds(61));
        Assert.Empty(Active());
    }

    private void Hold(string source) => Response.Tell(
        new HoldSeen(Prefix.Parse(source), Scan(source).Fact, 4, Moment, TimeSpan.FromSeconds(60)),
        TestActor);

    private Block? Judge(string source)
    {
        Response.Tell(new JudgeHold(Prefix.Parse(source)), TestActor);
        return ExpectMsg<HoldJudged>().Block;
    }
}
