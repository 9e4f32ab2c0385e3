using PortSentry.Actors.Responses;
using PortSentry.Actors.Sources;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Actors.Tests.Sources;

public sealed class SourceActorTests : SourceSpec
{
    [Fact]
    public void The_fourth_refused_port_is_told_as_a_scan_and_further_ones_as_the_same()
    {
        for (var port = 1; port <= 3; port++) Refuse(port);
        State();
        Response.ExpectNoMsg(TimeSpan.Zero);
        Refuse(4);
        var seen = Response.ExpectMsg<ScanSeen>();
        Assert.True(seen.IsNew);
        Assert.False(seen.Proven);
        Assert.Equal(Attacker, seen.Source);
        Assert.Equal(4, seen.Verdict.Ports);
        Refuse(5, proven: true);
        var again = Response.ExpectMsg<ScanSeen>();
        Assert.False(again.IsNew);
        Assert.True(again.Proven);
    }

    [Fact]
    public void A_known_scanner_is_told_of_at_every_fact_also_one_that_is_no_news()
    {
        for (var port = 1; port <= 4; port++) Refuse(port);
        Response.ExpectMsg<ScanSeen>();
        Refuse(1, after: TimeSpan.FromSeconds(1));
        Assert.False(Response.ExpectMsg<ScanSeen>().IsNew);
    }

    [Fact]
    public void A_restart_remembers_the_evidence()
    {
        for (var port = 1; port <= 3; port++) Refuse(port);
        Assert.Equal(3, State().Facts);
        Turn(Idle + TimeSpan.FromSeconds(1));
        AwaitAssert(() => Assert.Equal(1, Status().Passivated));
        AwaitAssert(() => Assert.Equal(0, Status().Live));
        Refuse(4);
        Assert.True(Response.ExpectMsg<ScanSeen>().IsNew);
        Assert.Equal(4, State().Facts);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    public void A_probe_every_so_many_minutes_is_a_scan_though_the_source_leaves_memory_between_them(int minutes)
    {
        for (var probe = 0; probe < 3; probe++)
        {
            Refuse(7001 + probe, after: TimeSpan.FromMinutes(minutes * probe));
            Assert.Equal(probe + 1, State().Facts);
            AwaitAssert(() =>
            {
                Turn(Idle + TimeSpan.FromSeconds(1));
                Assert.Equal(0, Status().Live);
            });
        }
        Response.ExpectNoMsg(TimeSpan.Zero);
        Refuse(7004, after: TimeSpan.FromMinutes(minutes * 3));
        Assert.Equal(ScanShape.Slow, Response.ExpectMsg<ScanSeen>().Verdict.Shape);
    }

    [Fact]
    public void A_scan_after_the_verdict_has_faded_is_told_as_a_new_one()
    {
        for (var port = 1; port <= 4; port++) Refuse(port);
        var first = Response.ExpectMsg<ScanSeen>().Verdict;
        Refuse(5, after: TimeSpan.FromDays(2));
        Assert.False(State().IsScanner);
        for (var port = 6; port <= 8; port++) Refuse(port, after: TimeSpan.FromDays(2));
        var seen = Response.ExpectMsg<ScanSeen>();
        Assert.True(seen.IsNew);
        Assert.Equal(first.At + TimeSpan.FromDays(2), seen.Verdict.At);
    }

    [Fact]
    public void Who_scanned_together_with_a_scanner_is_remembered_across_a_rest()
    {
        for (var port = 1; port <= 4; port++) Refuse(port);
        Assert.Equal(4, Response.ExpectMsg<ScanSeen>().Contacts.Length);
        var other = Prefix.Parse("192.0.2.99");
        for (var i = 0; i < 2; i++) Region.Tell(new CompanionsSeen(Attacker, [other], Moment), TestActor);
        State();
        AwaitAssert(() =>
        {
            Turn(Idle + TimeSpan.FromSeconds(1));
            Assert.Equal(0, Status().Live);
        });
        Assert.Equal(other, Assert.Single(State().Companions.AsEnumerable()));
    }

    [Fact]
    public void A_forgiven_source_begins_anew()
    {
        for (var port = 1; port <= 4; port++) Refuse(port);
        Response.ExpectMsg<ScanSeen>();
        Region.Tell(new ForgiveSource(Attacker, Moment, "operator"), TestActor);
        Assert.False(ExpectMsg<SourceExplained>().State.IsScanner);
        for (var port = 5; port <= 7; port++) Refuse(port);
        Assert.False(State().IsScanner);
        Refuse(8);
        Assert.True(Response.ExpectMsg<ScanSeen>().IsNew);
    }

    [Fact]
    public void A_long_history_is_compacted_and_still_remembered()
    {
        // More than one snapshot's worth of events, most of which are deleted behind it.
        for (var port = 1; port <= 100; port++) Refuse(port, after: TimeSpan.FromMilliseconds(port));
        var before = State();
        // Word of the snapshot may come after the clock was turned, and keeps the actor awake once more.
        AwaitAssert(() =>
        {
            Turn(Idle + TimeSpan.FromSeconds(1));
            Assert.Equal(0, Status().Live);
        });
        var after = State();
        Assert.Equal(before.Facts, after.Facts);
        Assert.Equal(before.Contacts.Length, after.Contacts.Length);
        Assert.Equal(before.LogRatio, after.LogRatio);
        Assert.NotNull(after.Verdict);
    }

    [Fact]
    public void Addresses_of_one_64_are_one_source()
    {
        for (var port = 1; port <= 4; port++) Refuse(port, source: $"2001:db8:1:2::{port}");
        Assert.Equal(Prefix.Parse("2001:db8:1:2::/64"), Response.ExpectMsg<ScanSeen>().Source);
        Assert.Equal(1, Status().Live);
    }
}
