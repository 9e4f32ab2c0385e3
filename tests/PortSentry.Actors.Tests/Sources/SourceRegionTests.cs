using PortSentry.Actors.Responses;
using PortSentry.Actors.Sources;
using PortSentry.Core.Addresses;

namespace PortSentry.Actors.Tests.Sources;

public sealed class SourceRegionTests : SourceSpec
{
    [Fact]
    public void Facts_that_come_while_a_source_goes_to_rest_are_not_lost()
    {
        for (var round = 0; round < 20; round++)
        {
            var source = $"192.0.2.{round + 1}";
            for (var port = 1; port <= 2; port++) Refuse(port, source: source);
            // The source asks to be let go, and two more facts come before it is gone.
            Region.Tell(new Passivate(Prefix.Parse(source)), TestActor);
            Refuse(3, source: source);
            Refuse(4, source: source);
            Assert.Equal(source, Response.ExpectMsg<ScanSeen>(TimeSpan.FromSeconds(10)).Source.ToString());
            Assert.Equal(4, State(Prefix.Parse(source)).Facts);
        }
    }

    [Fact]
    public async Task A_source_that_stopped_comes_back_with_what_the_journal_knows()
    {
        for (var port = 1; port <= 3; port++) Refuse(port);
        State();
        var actor = await Sys.ActorSelection(Region.Path.ToString() + "/192.0.2.1").ResolveOne(TimeSpan.FromSeconds(3));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        AwaitAssert(() => Assert.Equal(0, Status().Live));
        Refuse(4);
        Assert.True(Response.ExpectMsg<ScanSeen>().IsNew);
    }

    [Fact]
    public void The_region_tells_who_is_in_memory()
    {
        Refuse(1, source: "192.0.2.1");
        Refuse(1, source: "192.0.2.2");
        Region.Tell(GetLiveSources.Instance, TestActor);
        Assert.Equal(["192.0.2.1", "192.0.2.2"], ExpectMsg<LiveSources>().Sources.Select(static source => source.ToString()).Order());
    }
}
