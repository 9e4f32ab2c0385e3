using PortSentry.Actors.Responses;
using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Actors.Tests.Responses;

public sealed class DecoyTests : ResponseSpec
{
    [Fact]
    public void Verdicts_over_the_same_ports_at_the_same_time_are_told_as_a_group_and_to_each_member()
    {
        Start(new FakeResponder());
        See(Over("192.0.2.1", 21, 22, 23, 24));
        See(Over("192.0.2.2", 21, 22, 23, 24));
        See(Over("192.0.2.3", 7001, 7002, 7003, 7004));
        Active();
        Assert.Equal(1, CountOf("; together with 192.0.2.1: decoys, or a shared list"));
        Assert.Equal(1, CountOf("together with"));
        Assert.Equal("192.0.2.1", Assert.Single(Notices, static notice => notice.Event == "scan" && notice.Fields["group"].Length > 0).Fields["group"]);
        Told("192.0.2.2", "192.0.2.1");
        Told("192.0.2.1", "192.0.2.2");
        Sources.ExpectNoMsg(TimeSpan.Zero);
    }

    private void Told(string source, string other)
    {
        var seen = Sources.ExpectMsg<CompanionsSeen>();
        Assert.Equal(Prefix.Parse(source), seen.Source);
        Assert.Equal(Prefix.Parse(other), Assert.Single(seen.Others.AsEnumerable()));
    }

    private static ScanSeen Over(string source, params ushort[] ports)
    {
        var seen = Scan(source);
        var fact = seen.Fact;
        return seen with
        {
            Contacts = [.. ports.Select(port => new Contact(
                fact.Source, fact.Destination, IpProtocol.Tcp, port, fact.Kind, fact.Outcome, fact.Traits, fact.TcpFlags, 1, 0, fact.At))],
        };
    }
}
